import { crc32 } from 'node:zlib';
import { isObject, type Json, parseJson } from '../base/json.ts';
import type { Entry, Recorded } from '../model/entry.ts';
import type { OnDamage } from './codec.ts';
import { compressed, decompressed } from './compress.ts';

/**
 * An entry as JSON that people can read and compare: bodies are JSON or lines of text where that gives the same bytes again, base64 where
 * not, zstd and base64 above 4 KB where that helps. `checksum` is the CRC-32 of all other members as `JSON.stringify` writes them in
 * their order, so that white space and line ends may change, and nothing else.
 */
export interface ReadableEntry {
  readonly v: 1;
  readonly id: string;
  readonly checksum: string;
  readonly [member: string]: unknown;
}

type ReadableBody =
  | { readonly json: Json; readonly indent?: number }
  | { readonly lines: readonly string[] }
  | { readonly base64: string }
  | { readonly zstd: string; readonly size: number };

type ReadableRecorded = Omit<Recorded, 'body'> & { readonly body: ReadableBody };
type ReadableParts = Omit<Entry, 'stream' | 'whole' | 'vectors'> & {
  readonly stream?: ReadableRecorded;
  readonly whole?: ReadableRecorded;
  readonly vectors?: Readonly<Record<string, string>>;
};

/** Turns an entry into readable JSON. */
export function toReadable(entry: Entry): ReadableEntry {
  const { stream, whole, vectors, ...head } = entry;
  const names = Object.keys(vectors);
  const parts = {
    ...head,
    stream: stream && { ...stream, body: toReadableBody(stream.body) },
    whole: whole && { ...whole, body: toReadableBody(whole.body) },
    vectors: names.length > 0 ? Object.fromEntries(names.map((name) => [name, toBase64(vectors[name]!)])) : undefined,
  };
  // Through JSON and back: what the checksum covers is then exactly what a reader will see.
  const plain = JSON.parse(JSON.stringify(parts)) as ReadableParts;
  return { ...plain, checksum: checksumOf(plain) };
}

/** Turns readable JSON into the entry `id`, or tells `onDamage` why not. */
export function fromReadable(id: string, value: unknown, onDamage: OnDamage): Entry | undefined {
  try {
    if (!isObject(value)) throw new Error('it is no JSON object');
    if (value.v !== 1) throw new Error(`its version is ${String(value.v)}, and only 1 can be read`);
    const { checksum, ...rest } = value;
    if (checksum !== checksumOf(rest)) throw new Error('its checksum does not fit');
    if (value.id !== id) throw new Error('it is the entry of another id');
    const { stream, whole, vectors, ...head } = rest as unknown as ReadableParts;
    const entry: { -readonly [K in keyof Entry]: Entry[K] } = { ...head, vectors: {} };
    if (stream) entry.stream = { ...stream, body: fromReadableBody(stream.body) };
    if (whole) entry.whole = { ...whole, body: fromReadableBody(whole.body) };
    if (vectors) entry.vectors = Object.fromEntries(Object.entries(vectors).map(([name, base64]) => [name, fromBase64(base64)]));
    return entry;
  } catch (error) {
    onDamage(id, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

const checksumOf = (parts: object): string => crc32(JSON.stringify(parts)).toString(16).padStart(8, '0');

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function toReadableBody(body: Uint8Array): ReadableBody {
  const small = compressed(body);
  if (small) return { zstd: toBase64(small), size: body.byteLength };
  let text: string;
  try {
    text = strict.decode(body);
  } catch {
    return { base64: toBase64(body) };
  }
  const json = parseJson(text);
  if (json !== undefined) {
    if (JSON.stringify(json) === text) return { json };
    for (const indent of [2, 4]) if (JSON.stringify(json, null, indent) === text) return { json, indent };
  }
  return { lines: text.split('\n') };
}

function fromReadableBody(body: ReadableBody): Uint8Array {
  if ('json' in body) return Buffer.from(JSON.stringify(body.json, null, body.indent));
  if ('lines' in body) return Buffer.from(body.lines.join('\n'));
  if ('zstd' in body) return decompressed(fromBase64(body.zstd), body.size);
  return fromBase64(body.base64);
}
