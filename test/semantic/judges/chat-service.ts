import type { ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import { llmJudge, type LlmJudgeOptions } from '../../../src/semantic/judges/llm-judge.ts';
import type { PairJudge } from '../../../src/semantic/judges/pair-judge.ts';
import { type Answer, type LocalUpstream, localUpstream } from '../../server/support/upstream.ts';

/** What a test asks for, and nobody ends. */
export const patient = (): AbortSignal => new AbortController().signal;

const open: { close?(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close?.()));
});

/** A local service that answers as the test says; closed after the test. */
export async function localService(answer: Answer): Promise<LocalUpstream> {
  const service = await localUpstream(answer);
  open.push(service);
  return service;
}

export function judgeAt(service: LocalUpstream, options: Partial<LlmJudgeOptions> = {}): PairJudge {
  const judge = llmJudge({ model: 'gpt-4o-mini', baseURL: `${service.url}/v1`, apiKey: 'key-of-the-test', ...options });
  open.push(judge);
  return judge;
}

/** A chat completion that says this. */
export function completion(content: unknown, { finish = 'stop', message = {}, usage = { prompt_tokens: 400, completion_tokens: 10, total_tokens: 410 } }: {
  finish?: string; message?: object; usage?: object | null;
} = {}): object {
  return { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-4o-mini-2024-07-18', usage,
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content, refusal: null, ...message } }] };
}

export function reply(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A service that gives every pair this verdict, in the form that was asked for. */
export const always = (verdict: string): Answer => (_, response) => reply(response, completion(JSON.stringify({ verdict })));

/** The body of a request, as the service got it. */
export interface SentBody {
  model: string;
  messages: { role: string; content: string }[];
  temperature?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  response_format?: { type: string; json_schema: { strict: boolean; schema: { properties: { verdict: { enum: string[] } } } } };
}

export const bodies = (service: LocalUpstream): SentBody[] => service.asked.map(({ body }) => JSON.parse(body.toString()) as SentBody);
