import Anthropic from '@anthropic-ai/sdk';
import { readSse, splitSse } from '../../src/providers/sse.ts';

/** What the official SDK makes of bytes; nothing goes over the network. */

function client(chunks: readonly Uint8Array[], type: string, status = 200): Anthropic {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async () => new Response(body, { status, headers: { 'content-type': type } }),
  });
}

const question = { model: 'claude-test', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
const [eventStream, json] = ['text/event-stream', 'application/json'];

/** Cuts bytes at these places. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
}

/** What the SDK assembles from a stream: `messages`, and `beta.messages`, which knows more. */
export async function finalMessage(stream: Uint8Array, places: readonly number[] = []): Promise<unknown> {
  return plain(await client(cut(stream, places), eventStream).messages.stream(question).finalMessage());
}

export async function betaFinalMessage(stream: Uint8Array, places: readonly number[] = []): Promise<unknown> {
  return plain(await client(cut(stream, places), eventStream).beta.messages.stream(question).finalMessage());
}

/** The events that a plain loop over the stream gives. */
export async function iterated(stream: Uint8Array): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of await client([stream], eventStream).messages.create({ ...question, stream: true })) events.push(event);
  return events;
}

/** What the SDK reads from a whole answer. */
export async function wholeMessage(whole: Uint8Array): Promise<unknown> {
  return plain(await client([whole], json).messages.create(question));
}

/** The error that the SDK throws for a body with this status. */
export async function thrownFor(status: number, body: object): Promise<unknown> {
  const answer = client([Buffer.from(JSON.stringify(body))], json, status).messages.create(question);
  return answer.then(() => undefined, (error: unknown) => error);
}

/** Without what the SDK adds of its own. */
function plain(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message, (name, member: unknown) => (name === 'parsed_output' || name === '_request_id' ? undefined : member)));
}

/** The events of a stream, read without the code under test. */
export function eventsIn(stream: Uint8Array): { event?: string; data: Record<string, unknown> }[] {
  return splitSse(stream).map((block) => {
    const { event, data = '{}' } = readSse(block);
    return { ...(event !== undefined && { event }), data: JSON.parse(data) as Record<string, unknown> };
  });
}
