import type { SourceAnswer } from '../src/flow/ask.ts';
import { type Cache, createCache } from '../src/integrations/library.ts';
import type { Outcome } from '../src/model/outcome.ts';
import type { CacheOptions } from '../src/options.ts';
import { openAiChat } from '../src/providers/openai-chat.ts';
import { answerOf, answerText, type ChatRequest, indexOf } from './sample.ts';

export const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions';

/** What an SDK sends, as far as it matters: who asks, and what. */
const headers = { authorization: 'Bearer sk-bench', 'content-type': 'application/json', accept: 'application/json' };

/** Reprise with a provider in the process, which answers at once and is counted. */
export interface Ours {
  readonly cache: Cache;
  readonly calls: () => number;
  /** By the engine, which all doors use: the answer as bytes. */
  ask(body: ChatRequest | Uint8Array): Promise<Outcome>;
  /** By `cache.fetch`, as an SDK would. */
  fetch(body: string): Promise<Response>;
}

/**
 * @param delay how long the provider takes, in milliseconds
 * @param answerTo what it answers to the last message
 */
export function ours(options: CacheOptions, delay = 0, answerTo = (question: string): object => answerOf(indexOf(question))): Ours {
  let calls = 0;
  const provider = async (body: Uint8Array): Promise<Buffer> => {
    calls++;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    const { messages } = JSON.parse(Buffer.from(body).toString()) as ChatRequest;
    return Buffer.from(JSON.stringify(answerTo(messages.at(-1)!.content)));
  };
  const answer = { status: 200, headers: { 'content-type': 'application/json' } };
  const fetch = async (_: unknown, init?: RequestInit) => new Response((await provider(init!.body as Uint8Array)) as Uint8Array<ArrayBuffer>, answer);
  const cache = createCache({ ...options, fetch: fetch as typeof globalThis.fetch });
  const send = async (body: Uint8Array): Promise<SourceAnswer> => {
    const bytes = await provider(body);
    return { ...answer, form: 'whole', body: (async function* () {
      yield bytes;
    })() };
  };
  return {
    cache,
    calls: () => calls,
    ask: (body) => cache.core.request({ format: openAiChat, request: { url: URL_OF_CHAT, headers, body: body as never }, send }),
    fetch: (body) => cache.fetch(URL_OF_CHAT, { method: 'POST', headers, body }),
  };
}

/** Asks every request once, so that all answers are stored. */
export async function fill({ ask }: Ours, requests: readonly ChatRequest[]): Promise<void> {
  for (const request of requests) {
    const outcome = await ask(request);
    await bytesOf(outcome);
    const { stored, why } = await outcome.settled;
    if (!stored && outcome.kind === 'miss') throw new Error(`An answer was not stored: ${why ?? 'no reason given'}.`);
  }
}

export async function bytesOf({ answer }: Outcome): Promise<Uint8Array> {
  if (answer.body instanceof Uint8Array) return answer.body;
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The text in an answer as the API gives it, and that it is complete. */
export function textOfAnswer(answer: unknown): string {
  const { id, choices } = answer as { id: string; choices: { message: { content: string } }[] };
  const { content } = choices[0]!.message;
  if (!id.startsWith('chatcmpl-')) throw new Error('An answer has lost its id.');
  return content;
}

export const textOfOutcome = async (outcome: unknown): Promise<string> => {
  const known = outcome as Outcome;
  if (known.kind !== 'exact') throw new Error(`A hit was expected, not: ${known.kind}.`);
  return textOfAnswer(JSON.parse(Buffer.from(await bytesOf(known)).toString()));
};

export { answerText as expected };
