import type { Clock } from '../base/clock.ts';
import { EmbedderError } from '../base/errors.ts';
import { isObject, type JsonObject, parseObject, toText } from '../base/json.ts';
import type { Bytes } from '../base/units.ts';
import { messageOf, retryAfterOf, short } from './failure.ts';

export type Fetch = typeof globalThis.fetch;

/** A service that embeds, and how it is reached. */
export interface Service {
  /** Its name in errors. */
  readonly name: string;
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Never shown, not even where the service repeats it in an error. */
  readonly secret?: string | undefined;
  readonly fetch: Fetch | undefined;
  readonly clock: Clock;
}

/** A hundred vectors of 4,096 numbers are 9 MB as text; what is larger is none of ours. */
const LARGEST_ANSWER: Bytes = 64 * 1024 * 1024;

/**
 * Asks a service for a JSON object: by POST with a body, by GET without. Redirects are not followed, so that texts and key go nowhere but
 * where the user said. Rejects with an `EmbedderError`, or with the signal's reason.
 */
export async function askService(service: Service, path: string, body: JsonObject | undefined, signal: AbortSignal): Promise<JsonObject> {
  const { name, base, headers, clock } = service;
  let response: Response;
  let text: string;
  try {
    response = await (service.fetch ?? globalThis.fetch)(base + path, {
      method: body ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    });
    text = await textOf(response, name);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof EmbedderError) throw error;
    throw new EmbedderError('unreachable', `The embedder ${name} could not be reached: ${messageOf(error)}`, { cause: error });
  }
  const answer = parseObject(text);
  const told = answer && errorIn(answer);
  if (!response.ok || told !== undefined) {
    const why = told ?? (text.trim() || response.statusText || 'no reason given');
    const after = retryAfterOf((header) => response.headers.get(header) ?? undefined, clock.now());
    throw new EmbedderError('refused', `The embedder ${name} answered with status ${response.status}: ${short(without(service.secret, why))}`, {
      status: response.status,
      ...(after !== undefined && { retryAfter: after }),
    });
  }
  if (!answer) throw new EmbedderError('unusable', `The embedder ${name} answered with something else than a JSON object.`);
  return answer;
}

async function textOf(response: Response, name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > LARGEST_ANSWER) throw new EmbedderError('unusable', `The embedder ${name} answered with more than ${LARGEST_ANSWER} bytes.`);
    pieces.push(piece);
  }
  return toText(Buffer.concat(pieces));
}

/** The error that an answer tells of: `error` of OpenAI and Ollama, `message` of vLLM and Mistral, `detail` of FastAPI. */
function errorIn(answer: JsonObject): string | undefined {
  const { error, message, detail, object } = answer;
  if (typeof error === 'string') return error;
  if (isObject(error)) return typeof error.message === 'string' ? error.message : JSON.stringify(error);
  if (object === 'error' && typeof message === 'string') return message;
  if (answer.data !== undefined || answer.embeddings !== undefined || answer.models !== undefined) return undefined;
  if (typeof message === 'string') return message;
  return detail === undefined || detail === null ? undefined : typeof detail === 'string' ? detail : JSON.stringify(detail);
}

const without = (secret: string | undefined, text: string): string => (secret ? text.replaceAll(secret, '[key]') : text);
