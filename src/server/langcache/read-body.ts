import * as v from 'valibot';
import { isPromise } from '../../base/maybe.ts';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { FieldError } from '../../langcache/wire-types.ts';
import { inflate } from '../decode.ts';
import type { PlainRequest } from '../http.ts';
import { invalid, Refusal } from './refusal.ts';
import { within } from './within.ts';

export interface BodyLimits {
  readonly maxBodyBytes: Bytes;
  /** How long a body may take to arrive. */
  readonly bodyTimeout: Milliseconds;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** The body of a request as JSON; `undefined` when there is none. */
export async function readJson(request: PlainRequest, limits: BodyLimits): Promise<unknown> {
  if (request.body.length === 0) return undefined;
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!JSON_TYPE.test(type.trim())) throw invalid('content-type', 'content-type', 'expected: application/json');
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return undefined;
  const plain = encoding.trim().toLowerCase() === 'identity' ? bytes : await inflate(bytes, encoding, limits.maxBodyBytes);
  if (!plain) throw tooLarge(limits.maxBodyBytes);
  try {
    return JSON.parse(decoder.decode(plain)) as unknown;
  } catch {
    // What `JSON.parse` says repeats what it was given.
    throw invalid('body', 'json', 'expected: JSON in UTF-8');
  }
}

async function readBytes(request: PlainRequest, { maxBodyBytes, bodyTimeout }: BodyLimits): Promise<Uint8Array> {
  const late = () => new Refusal('invalid-data', `The body did not arrive within ${bodyTimeout} ms.`, { headers: { connection: 'close' } });
  let bytes: Uint8Array | undefined;
  try {
    const read = request.body.read(maxBodyBytes);
    bytes = isPromise(read) ? await within(read, bodyTimeout, late) : read;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid-data', 'The body did not arrive as a whole.', { cause: error });
  }
  if (!bytes) throw tooLarge(maxBodyBytes);
  return bytes;
}

const tooLarge = (limit: Bytes) => new Refusal('payload-too-large', `The body is larger than ${limit.toLocaleString('en-US')} bytes.`);

/** What a schema makes of a value. Refuses it with every member that is wrong. */
export function checked<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): Output {
  if (value === undefined) throw invalid('body', 'required', 'expected: a JSON object');
  // For valibot a list is an object.
  if (Array.isArray(value)) throw invalid('body', 'object', 'expected: a JSON object');
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const fields = issues.slice(0, MOST_FIELDS).map(fieldOf);
  throw new Refusal('invalid-data', `${fields.map(({ field, message }) => `${field}: ${message}`).join('; ')}.`, { fields });
}

const MOST_FIELDS = 20;

function fieldOf(issue: v.BaseIssue<unknown>): FieldError {
  const field = v.getDotPath(issue) ?? 'body';
  const isMissing = issue.kind === 'schema' && issue.received === 'undefined';
  // An object that is none: what valibot says of it shows what came.
  const expected = issue.type === 'object' || issue.type === 'strict_object' ? 'an object' : issue.message;
  if (issue.expected === 'never') return { field, rule: 'unknown', message: 'is not known' };
  return { field, rule: isMissing ? 'required' : issue.type, message: isMissing ? 'is missing' : `expected: ${expected}` };
}
