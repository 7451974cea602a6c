import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { isObject } from '../../src/base/json.ts';

/** A client of the official SDK that is answered with these bytes, cut at these places; no network. */
function clientFor(bytes: Uint8Array, contentType: string, cuts: readonly number[] = []): OpenAI {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let from = 0;
      for (const cut of [...new Set(cuts)].filter((at) => at > 0 && at < bytes.length).sort((a, b) => a - b)) {
        controller.enqueue(bytes.slice(from, cut));
        from = cut;
      }
      controller.enqueue(bytes.slice(from));
      controller.close();
    },
  });
  return new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(body, { status: 200, headers: { 'content-type': contentType } }),
  });
}

const question = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Hello' }] };

/** What the SDK's own accumulator makes of a stream. */
export async function accumulated(bytes: Uint8Array, cuts?: readonly number[]): Promise<ChatCompletion> {
  const stream = clientFor(bytes, 'text/event-stream', cuts).chat.completions.stream({ ...question });
  return plain(await stream.finalChatCompletion());
}

/** The chunks as the SDK gives them to somebody who iterates. */
export async function iterated(bytes: Uint8Array, cuts?: readonly number[]): Promise<ChatCompletionChunk[]> {
  const stream = await clientFor(bytes, 'text/event-stream', cuts).chat.completions.create({ ...question, stream: true });
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return plain(chunks);
}

/** What the SDK gives for a whole answer. */
export async function received(bytes: Uint8Array): Promise<ChatCompletion> {
  return plain(await clientFor(bytes, 'application/json').chat.completions.create({ ...question }));
}

/** A text that the accumulator does not join (it keeps the last piece), joined from the chunks. */
export const joined = (chunks: readonly ChatCompletionChunk[], member: string, choice = 0): string =>
  chunks
    .flatMap((chunk) => chunk.choices.filter(({ index }) => index === choice))
    .map(({ delta }) => (delta as Record<string, unknown>)[member] ?? '')
    .join('');

/** A copy without what the SDK adds (`parsed`, `parsed_arguments`) and without members that say nothing where it differs from the wire. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), function (this: unknown, name: string, member: unknown) {
    if (name === 'parsed' || name === 'parsed_arguments' || name.startsWith('_')) return undefined;
    if ((name === 'system_fingerprint' || name === 'usage') && member === null && isObject(this)) return undefined;
    return member;
  }) as T;
}

/** Chunks as the bytes of a stream. */
export const streamOf = (chunks: readonly object[]): Uint8Array =>
  Buffer.from(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`);
