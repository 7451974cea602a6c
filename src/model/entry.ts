import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Usage } from './usage.ts';

/** What an entry holds: an API's answer, the value of a wrapped function, or a question and answer put in by hand. */
export type EntryKind = 'llm' | 'value' | 'qa';

/** Who wrote an entry: a call that was made, somebody by API, or an import. */
export type Origin = 'provider' | 'api' | 'import';

/** The two shapes an answer can have: events one after the other, or one body. */
export type Form = 'stream' | 'whole';

/** Names an embedding model and its version. Vectors of different fingerprints are never compared. */
export type Fingerprint = string;

/** One answer as it came: the provider's own bytes. */
export interface Recorded {
  readonly status: number;
  /** Headers that may be replayed, names in lower case. The allow-list was applied before. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** When the bytes of a stream came: pairs of (milliseconds since the first byte, bytes so far), flat. For pacing as recorded. */
  readonly marks?: readonly number[];
}

/** One stored answer, with what is needed to serve, price, search, expire and explain it. Never changed once made. */
export interface Entry {
  readonly v: 1;
  /** SHA-256 in hex for what a key names, random for `qa`. Stores must take any string. */
  readonly id: string;
  readonly kind: EntryKind;
  /** The wire format of `stream` and `whole`, such as `openai-chat`; `value` for a wrapped function. */
  readonly format: string;
  readonly namespace: string;
  readonly tenant: string;
  readonly scope: string;
  readonly turns?: string;
  /** The text by which it may be matched. */
  readonly text?: string;
  /** The conversation before that text, in words. Kept only where conversations are matched by meaning (`turns: 'judged'`). */
  readonly story?: string;
  /** Other exact names of it, such as the digest of the case-folded prompt. */
  readonly lookups: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly model?: string;
  readonly origin: Origin;
  /** JSON pointer of every part of the request to a keyed digest of its value. Explains a miss without keeping the request. */
  readonly fields: Readonly<Record<string, string>>;
  /** As it came; at least one of the two is there. The other form is derived from it. */
  readonly stream?: Recorded;
  readonly whole?: Recorded;
  readonly usage?: Usage;
  readonly createdAt: Milliseconds;
  /** Fresh until then; forever when absent. */
  readonly expiresAt?: Milliseconds;
  /** The store may forget it after this moment: `expiresAt` and the longest stale window. Never when absent. */
  readonly dropAt?: Milliseconds;
  readonly vectors: Readonly<Record<Fingerprint, Uint8Array>>;
}

/** An entry without its bodies and vectors: what lists show. */
export interface EntryHead extends Omit<Entry, 'stream' | 'whole' | 'vectors'> {
  /** What it takes in the store, roughly, in bytes. */
  readonly bytes: Bytes;
  /** Which forms are recorded. */
  readonly forms: readonly Form[];
}

/** The head of an entry, of which `bytes` are said by whoever stores it. */
export function headOf(entry: Entry, bytes: Bytes = sizeOf(entry)): EntryHead {
  const { stream, whole, vectors: _, ...head } = entry;
  const forms: Form[] = [];
  if (stream) forms.push('stream');
  if (whole) forms.push('whole');
  return { ...head, bytes, forms };
}

/** What an entry takes in memory, in bytes, estimated from above: bodies, texts, and a flat sum for the rest. */
export function sizeOf(entry: Entry): Bytes {
  let bytes = 512 + (entry.stream?.body.byteLength ?? 0) + (entry.whole?.body.byteLength ?? 0) + 2 * (entry.text?.length ?? 0) + 2 * (entry.story?.length ?? 0);
  bytes += 8 * (entry.stream?.marks?.length ?? 0);
  for (const pointer in entry.fields) bytes += 2 * pointer.length + 40;
  for (const name in entry.vectors) bytes += entry.vectors[name]!.byteLength + 2 * name.length;
  for (const tag of entry.tags) bytes += 2 * tag.length;
  for (const lookup of entry.lookups) bytes += 2 * lookup.length;
  return bytes;
}
