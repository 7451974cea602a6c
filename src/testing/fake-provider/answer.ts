import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { writeAnthropic } from './anthropic.ts';
import { writeChat } from './chat.ts';
import { writeEmbeddings } from './embeddings.ts';
import { errorHeaders, refuse, writeError, writeStreamError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { fakeId, planAnswer } from './plan.ts';
import { writeResponses } from './responses.ts';
import { sendStream, sendWhole } from './send.ts';
import type { FakeFormat, FakeReply } from './script.ts';

export interface AnswerParts {
  readonly clock: Clock;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  readonly dimensions: number;
}

/** Answers a request whose body has arrived, as `reply` says. False when it was no success. */
export async function answer(exchange: Exchange, reply: FakeReply, serial: number, parts: AnswerParts): Promise<boolean> {
  const { clock } = parts;
  const { format } = exchange;
  if (reply.delayMs !== undefined && !(await exchange.wait(clock.sleep(reply.delayMs)))) return false;
  if (reply.hang === true) return exchange.wait(new Promise(() => {}));

  const requestId = fakeId('req_', serial);
  const headers = { ...(format === 'anthropic-messages' ? anthropicHeaders(requestId, serial) : openaiHeaders(requestId, serial)) };
  const fail = async (status: number, body: JsonObject) => {
    Object.assign(headers, { 'content-type': 'application/json' }, errorHeaders(format, status));
    await sendWhole(exchange, status, withHeaders(headers, reply), JSON.stringify(body), reply);
    return false;
  };

  const status = reply.status ?? (reply.error ? 500 : 200);
  if (reply.raw) return sendRaw(exchange, status, headers, reply, clock);
  if (status >= 400) return fail(status, writeError(format, status, reply.error ?? {}, requestId));
  if (format === undefined) return fail(404, writeError(format, 404, { message: `No script answers ${exchange.path}.` }, requestId));
  const body = exchange.json;
  const refused = refuse(format, body);
  if (body === undefined || refused !== undefined) return fail(400, writeError(format, 400, { message: refused ?? '' }, requestId));

  if (format === 'openai-embeddings') {
    const text = JSON.stringify({ ...writeEmbeddings(body, parts.vectors, parts.dimensions), ...reply.extra });
    await sendWhole(exchange, status, withHeaders({ ...headers, 'content-type': 'application/json' }, reply), spoil(text, reply), reply);
    return true;
  }

  const plan = planAnswer(body, format, reply, serial, Math.floor(clock.now() / 1000));
  const written = format === 'openai-chat' ? writeChat(plan, body) : format === 'openai-responses' ? writeResponses(plan, body) : writeAnthropic(plan);
  if (body.stream === true) {
    headers['content-type'] = 'text/event-stream; charset=utf-8';
    headers['cache-control'] = 'no-cache';
    await sendStream(exchange, status, withHeaders(headers, reply), alter(written.stream(), format, reply, requestId), reply, clock);
  } else {
    headers['content-type'] = 'application/json';
    const whole = reply.streamError ? writeError(format, 500, reply.streamError, requestId) : written.whole();
    await sendWhole(exchange, status, withHeaders(headers, reply), spoil(JSON.stringify(whole), reply), reply);
  }
  return reply.streamError === undefined;
}

async function sendRaw(exchange: Exchange, status: number, headers: OutgoingHttpHeaders, reply: FakeReply, clock: Clock): Promise<boolean> {
  const { body, contentType = 'application/json' } = reply.raw ?? { body: '' };
  const said = withHeaders({ ...headers, 'content-type': contentType }, reply);
  if (body instanceof Array) await sendStream(exchange, status, said, body, { chunkDelayMs: 0, ...reply }, clock);
  else await sendWhole(exchange, status, said, body as string | Uint8Array, reply);
  return status < 400;
}

/** Puts errors, unknown events and broken JSON into a stream, as the reply says. */
function alter(blocks: string[], format: FakeFormat, reply: FakeReply, requestId: string): string[] {
  const error = reply.streamError;
  let altered = blocks;
  if (reply.insert) {
    const blocksOf = (after: number) => reply.insert?.filter((event) => event.after === after).map(writeInserted) ?? [];
    altered = [...blocksOf(0), ...blocks.flatMap((block, index) => [block, ...blocksOf(index + 1)])];
  }
  if (reply.malformed) altered = altered.flatMap((block, index) => (index === 1 ? [block.replace(/}\n\n$/, '\n\n')] : [block]));
  if (error === undefined) return altered;
  const after = error.after ?? 1;
  return [...altered.slice(0, after), writeStreamError(format, error, after, requestId)];
}

function writeInserted({ event, data }: { readonly event?: string; readonly data: JsonObject | string }): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return event === undefined ? `data: ${text}\n\n` : `event: ${event}\ndata: ${text}\n\n`;
}

/** The text of a whole answer, short of its end when it is to be malformed. */
const spoil = (text: string, reply: FakeReply): string => (reply.malformed ? text.slice(0, -1) : text);

/** The provider's headers with those of the script; an empty text takes one away. */
function withHeaders(headers: OutgoingHttpHeaders, reply: FakeReply): OutgoingHttpHeaders {
  if (reply.headers === undefined) return headers;
  const all: OutgoingHttpHeaders = { ...headers };
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value === '') delete all[name.toLowerCase()];
    else all[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  }
  return all;
}

/** Headers that the services send with every answer, those that must never be replayed among them. */
function openaiHeaders(requestId: string, serial: number): OutgoingHttpHeaders {
  return {
    'x-request-id': requestId,
    'openai-organization': 'org-fake',
    'openai-processing-ms': '1',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': String(10_000 - (serial % 10_000)),
    'set-cookie': `__cf_bm=fake-${serial}; path=/; HttpOnly`,
  };
}

function anthropicHeaders(requestId: string, serial: number): OutgoingHttpHeaders {
  return {
    'request-id': requestId,
    'anthropic-organization-id': 'fake-organization',
    'anthropic-ratelimit-requests-limit': '1000',
    'anthropic-ratelimit-requests-remaining': String(1_000 - (serial % 1_000)),
  };
}
