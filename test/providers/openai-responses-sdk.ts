import OpenAI from 'openai';
import { accumulateResponse } from 'openai/lib/responses/ResponseAccumulator';
import type { Response as Answer, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { splitSse, readSse } from '../../src/providers/sse.ts';

/** What the official SDK makes of bytes; nothing goes over the network. */

function client(body: readonly Uint8Array[], type: string): OpenAI {
  const stream = () => new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of body) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new OpenAI({ apiKey: 'test', maxRetries: 0, logLevel: 'off', fetch: async () => new Response(stream(), { headers: { 'content-type': type } }) });
}

/** Cuts bytes at the places named. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, at, all) => bytes.subarray(at === 0 ? 0 : all[at - 1], end));
}

/** What the SDK's own helper assembles from a stream, or the error that it throws. */
export async function assembledBySdk(chunks: readonly Uint8Array[]): Promise<unknown> {
  try {
    return await client(chunks, 'text/event-stream').responses.stream({ model: 'm', input: 'q' }).finalResponse();
  } catch (error) {
    return { error: String(error) };
  }
}

/** The events that a plain loop over the stream gives. */
export async function eventsBySdk(chunks: readonly Uint8Array[]): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of await client(chunks, 'text/event-stream').responses.create({ model: 'm', input: 'q', stream: true })) events.push(event);
  return events;
}

/** What the SDK reads from a whole answer. */
export async function readBySdk(whole: Uint8Array): Promise<unknown> {
  return client([whole], 'application/json').responses.create({ model: 'm', input: 'q' });
}

/** What the SDK gathers from all events but the last, which would give it the whole. */
export function gatheredBySdk(stream: Uint8Array): Answer | undefined {
  const events = splitSse(stream).map((block) => JSON.parse(readSse(block).data!) as ResponseStreamEvent);
  let snapshot: Answer | undefined;
  for (const event of events.slice(0, -1)) snapshot = accumulateResponse(event, snapshot);
  return snapshot;
}

/** Without what the SDK adds of its own. */
export function asOnTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, member: unknown) => (['output_text', 'output_parsed', 'parsed', 'parsed_arguments', '_request_id'].includes(name) ? undefined : member)));
}
