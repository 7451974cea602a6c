import { crc32 } from 'node:zlib';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Entry, EntryHead, Fingerprint, Form, Recorded } from '../model/entry.ts';
import { compressed, decompressed } from './compress.ts';

/**
 * An entry as bytes, in two pieces, so that lists need not read bodies:
 *
 *     head  u32 CRC-32 of what follows | 'R' | format version | flags | 0 | u32 length of the JSON | JSON | fields as JSON
 *     body  the bodies one after the other: stream, whole, marks of the stream, marks of the whole answer, vectors
 *
 * Numbers are little-endian. The head carries the CRC-32 of the body. Each piece above 4 KB is compressed where that helps. The JSON is an
 * array (`HeadRow`), as members without names are parsed in a third of the time. The fields and the marks are parsed only when somebody asks
 * for them, as a hit needs neither.
 */
export interface EncodedEntry {
  readonly head: Buffer;
  readonly body: Buffer;
}

/** What a store keeps beside the bytes because it changes without them. It replaces what is in the bytes. */
export interface Moved {
  readonly expiresAt: Milliseconds | undefined;
  readonly dropAt: Milliseconds | undefined;
}

/** Told why bytes are no entry. */
export type OnDamage = (id: string, why: string) => void;

const VERSION = 1;
const MARK = 0x52;
const FIELDS_COMPRESSED = 1;
const PREFIX = 12;

/** An absent member. */
type Maybe<T> = T | null;

/** One piece of the body: its size as it is, and as stored when it is compressed. */
type Piece = readonly [size: Bytes, stored?: Bytes];
type RecordedRow = readonly [status: number, headers: Recorded['headers'], body: Piece, marks?: Piece];

/** Where the bytes of the pieces are. */
type Layout = readonly [
  bodyCrc: number,
  fields: Bytes,
  stream: Maybe<RecordedRow>,
  whole: Maybe<RecordedRow>,
  vectors: readonly (readonly [Fingerprint, Bytes])[],
];

/** All of an entry but the bytes of its pieces. */
type HeadRow = readonly [
  v: number,
  id: string,
  kind: Entry['kind'],
  format: string,
  namespace: string,
  tenant: string,
  scope: string,
  turns: Maybe<string>,
  text: Maybe<string>,
  lookups: Entry['lookups'],
  attributes: Entry['attributes'],
  tags: Entry['tags'],
  model: Maybe<string>,
  origin: Entry['origin'],
  usage: Maybe<NonNullable<Entry['usage']>>,
  createdAt: Milliseconds,
  expiresAt: Maybe<Milliseconds>,
  dropAt: Maybe<Milliseconds>,
  layout: Layout,
  ...story: [] | [string],
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Core = Omit<Entry, 'stream' | 'whole' | 'vectors'>;

/** Turns an entry into bytes. */
export function encodeEntry(entry: Entry): EncodedEntry {
  const pieces: Uint8Array[] = [];
  const add = (bytes: Uint8Array): Piece => {
    const small = compressed(bytes);
    pieces.push(small ?? bytes);
    return small ? [bytes.byteLength, small.byteLength] : [bytes.byteLength];
  };
  const marksOf = (recorded: Recorded | undefined): [] | [Piece] => (recorded?.marks ? [add(Buffer.from(JSON.stringify(recorded.marks)))] : []);

  const { stream, whole } = entry;
  const streamBody = stream && add(stream.body);
  const wholeBody = whole && add(whole.body);
  const streamRow: Maybe<RecordedRow> = stream && streamBody ? [stream.status, stream.headers, streamBody, ...marksOf(stream)] : null;
  const wholeRow: Maybe<RecordedRow> = whole && wholeBody ? [whole.status, whole.headers, wholeBody, ...marksOf(whole)] : null;
  const vectors = Object.entries(entry.vectors).map(([name, vector]) => (pieces.push(vector), [name, vector.byteLength] as const));
  const body = Buffer.concat(pieces);

  const fieldsJson = Buffer.from(JSON.stringify(entry.fields));
  const smallFields = compressed(fieldsJson);
  const row: HeadRow = [
    entry.v, entry.id, entry.kind, entry.format, entry.namespace, entry.tenant, entry.scope, entry.turns ?? null, entry.text ?? null,
    entry.lookups, entry.attributes, entry.tags, entry.model ?? null, entry.origin, entry.usage ?? null, entry.createdAt,
    entry.expiresAt ?? null, entry.dropAt ?? null,
    [crc32(body), fieldsJson.byteLength, streamRow, wholeRow, vectors],
    ...(entry.story === undefined ? ([] as []) : ([entry.story] as [string])),
  ];
  const json = Buffer.from(JSON.stringify(row));
  const head = Buffer.concat([Buffer.alloc(PREFIX), json, smallFields ?? fieldsJson]);
  head[4] = MARK;
  head[5] = VERSION;
  head[6] = smallFields ? FIELDS_COMPRESSED : 0;
  head.writeUInt32LE(json.byteLength, 8);
  head.writeUInt32LE(crc32(head.subarray(4)), 0);
  return { head, body };
}

/** Turns bytes into the entry `id`, or tells `onDamage` why not. Bodies are views of `body`, not copies. */
export function decodeEntry(id: string, head: Uint8Array, body: Uint8Array, onDamage: OnDamage, moved?: Moved): Entry | undefined {
  try {
    const { core, layout } = readHead(id, head, moved);
    const [bodyCrc, , stream, whole, vectors] = layout;
    if (crc32(body) !== bodyCrc) throw new Error('the checksum of its body does not fit');
    const entry = core as Mutable<Entry>;
    const take = cutter(body);
    if (stream) entry.stream = { status: stream[0], headers: stream[1], body: take(stream[2])() };
    if (whole) entry.whole = { status: whole[0], headers: whole[1], body: take(whole[2])() };
    if (stream?.[3]) giveMarks(entry.stream!, take(stream[3]));
    if (whole?.[3]) giveMarks(entry.whole!, take(whole[3]));
    entry.vectors = vectors.length > 0 ? Object.fromEntries(vectors.map(([name, size]) => [name, take([size])()])) : {};
    return entry;
  } catch (error) {
    onDamage(id, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Turns the head alone into what lists show. `bytes` is what the entry takes in the store. `id` absent: whatever the head says. */
export function decodeHead(id: string | undefined, head: Uint8Array, bytes: Bytes, onDamage: OnDamage, moved?: Moved): EntryHead | undefined {
  try {
    const { core, layout } = readHead(id, head, moved);
    const [, , stream, whole] = layout;
    const shown = core as Mutable<EntryHead>;
    const forms: Form[] = [];
    if (stream) forms.push('stream');
    if (whole) forms.push('whole');
    shown.bytes = bytes;
    shown.forms = forms;
    return shown;
  } catch (error) {
    onDamage(id ?? '', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Checks the head and makes of it what lists and hits have in common. */
function readHead(id: string | undefined, head: Uint8Array, moved: Moved | undefined): { core: Core; layout: Layout } {
  const bytes = asBuffer(head);
  if (bytes.byteLength < PREFIX || bytes[4] !== MARK) throw new Error('it is no entry, or is cut short');
  if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) throw new Error('the checksum of its head does not fit');
  if (bytes[5] !== VERSION) throw new Error(`its format version is ${bytes[5]}, and only ${VERSION} can be read`);
  const end = PREFIX + bytes.readUInt32LE(8);
  const [v, ownId, kind, format, namespace, tenant, scope, turns, text, lookups, attributes, tags, model, origin, usage, createdAt, expiry, drop, layout, story] =
    JSON.parse(bytes.toString('utf8', PREFIX, end)) as HeadRow;
  if (v !== 1) throw new Error(`its version is ${String(v)}, and only 1 can be read`);
  if (id !== undefined && ownId !== id) throw new Error('it is the entry of another id');

  const packed = bytes[6]! & FIELDS_COMPRESSED;
  let fields: Entry['fields'] | undefined;
  const core: Mutable<Core> = {
    v, id: ownId, kind, format, namespace, tenant, scope, lookups, attributes, tags, origin, createdAt,
    // A getter of the literal costs half of one that is defined afterwards.
    get fields() {
      return (fields ??= parsed(packed ? decompressed(bytes.subarray(end), layout[1]) : bytes.subarray(end), {}));
    },
  };
  if (turns !== null) core.turns = turns;
  if (text !== null) core.text = text;
  if (story !== undefined) core.story = story;
  if (model !== null) core.model = model;
  if (usage !== null) core.usage = usage;
  const expiresAt = moved ? moved.expiresAt : (expiry ?? undefined);
  const dropAt = moved ? moved.dropAt : (drop ?? undefined);
  // Beside the bytes there is no checksum.
  if (Number.isNaN(expiresAt) || Number.isNaN(dropAt)) throw new Error('its times cannot be read');
  if (expiresAt !== undefined) core.expiresAt = expiresAt;
  if (dropAt !== undefined) core.dropAt = dropAt;
  return { core, layout };
}

/** Cuts the body's pieces off one after the other. */
function cutter(body: Uint8Array): (piece: Piece) => () => Uint8Array {
  let at = 0;
  return ([size, stored]) => {
    const bytes = body.subarray(at, (at += stored ?? size));
    return stored === undefined ? () => bytes : () => decompressed(bytes, size);
  };
}

/** Gives an answer marks that are parsed on first use. */
function giveMarks(recorded: Recorded, json: () => Uint8Array): void {
  let marks: readonly number[] | undefined;
  Object.defineProperty(recorded, 'marks', { enumerable: true, configurable: true, get: () => (marks ??= parsed(json(), [])) });
}

/** What a piece of JSON holds. The checksum was right, so that parsing can fail only for a faulty writer. */
function parsed<T>(json: Uint8Array, otherwise: T): T {
  try {
    return JSON.parse(asBuffer(json).toString()) as T;
  } catch {
    return otherwise;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Both pieces as one, for stores that keep one value under one name: u32 length of the head, head, body. */
export function packEntry(entry: Entry): Buffer {
  const { head, body } = encodeEntry(entry);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  return Buffer.concat([length, head, body]);
}

/** Turns `packEntry` back. */
export function unpackEntry(id: string, packed: Uint8Array, onDamage: OnDamage, moved?: Moved): Entry | undefined {
  const bytes = asBuffer(packed);
  if (bytes.byteLength < 4) return void onDamage(id, 'it is cut short');
  const end = 4 + bytes.readUInt32LE(0);
  return decodeEntry(id, bytes.subarray(4, end), bytes.subarray(end), onDamage, moved);
}
