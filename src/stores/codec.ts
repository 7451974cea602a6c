import { crc32 } from 'node:zlib';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Entry, EntryHead, Form, Recorded } from '../model/entry.ts';
import { compressed, decompressed } from './compress.ts';

/**
 * An entry as bytes, in two pieces, so that lists need not read bodies:
 *
 *     head  u32 CRC-32 of what follows | 'R' | format version | flags | 0 | u32 length of the JSON | JSON | fields as JSON
 *     body  the bodies one after the other: stream, whole, marks of the stream, marks of the whole answer, vectors
 *
 * Numbers are little-endian. The head carries the CRC-32 of the body. Each piece above 4 KB is compressed where that helps. The fields and
 * the marks are parsed only when somebody asks for them, as a hit needs neither.
 */
export interface EncodedEntry {
  readonly head: Buffer;
  readonly body: Buffer;
}

/** What a store keeps beside the bytes because it changes without them. A member that is given replaces the one in the bytes. */
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

/** One piece of the body: its size as it is, and as stored when it is compressed. */
type Piece = readonly [size: Bytes, stored?: Bytes];

interface Layout {
  /** CRC-32 of the body. */
  readonly crc: number;
  /** Size of the fields' JSON. */
  readonly fields: Bytes;
  readonly stream?: RecordedLayout;
  readonly whole?: RecordedLayout;
  readonly vectors?: Readonly<Record<string, Bytes>>;
}

interface RecordedLayout {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Piece;
  readonly marks?: Piece;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Core = Omit<Entry, 'fields' | 'stream' | 'whole' | 'vectors'>;

/** Turns an entry into bytes. */
export function encodeEntry(entry: Entry): EncodedEntry {
  const { fields, stream, whole, vectors, ...core } = entry;
  const pieces: Uint8Array[] = [];
  const add = (bytes: Uint8Array): Piece => {
    const small = compressed(bytes);
    pieces.push(small ?? bytes);
    return small ? [bytes.byteLength, small.byteLength] : [bytes.byteLength];
  };
  const plain = (recorded: Recorded) => ({ status: recorded.status, headers: recorded.headers, body: add(recorded.body) });
  const marks = (recorded: Recorded | undefined) => recorded?.marks && { marks: add(Buffer.from(JSON.stringify(recorded.marks))) };

  const streamLayout = stream && plain(stream);
  const wholeLayout = whole && plain(whole);
  const streamMarks = marks(stream);
  const wholeMarks = marks(whole);
  const names = Object.keys(vectors);
  for (const name of names) pieces.push(vectors[name]!);
  const body = Buffer.concat(pieces);

  const fieldsJson = Buffer.from(JSON.stringify(fields));
  const smallFields = compressed(fieldsJson);
  const layout: Layout = {
    crc: crc32(body),
    fields: fieldsJson.byteLength,
    stream: streamLayout && { ...streamLayout, ...streamMarks },
    whole: wholeLayout && { ...wholeLayout, ...wholeMarks },
    vectors: names.length > 0 ? Object.fromEntries(names.map((name) => [name, vectors[name]!.byteLength])) : undefined,
  };
  const json = Buffer.from(JSON.stringify([core, layout]));
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
    if (crc32(body) !== layout.crc) throw new Error('the checksum of its body does not fit');
    const entry = core as Mutable<Entry>;
    const take = cutter(body);
    if (layout.stream) entry.stream = { status: layout.stream.status, headers: layout.stream.headers, body: take(layout.stream.body)() };
    if (layout.whole) entry.whole = { status: layout.whole.status, headers: layout.whole.headers, body: take(layout.whole.body)() };
    if (layout.stream?.marks) later(entry.stream!, 'marks', take(layout.stream.marks), []);
    if (layout.whole?.marks) later(entry.whole!, 'marks', take(layout.whole.marks), []);
    entry.vectors = layout.vectors ? Object.fromEntries(Object.entries(layout.vectors).map(([name, size]) => [name, take([size])()])) : {};
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
    const shown = core as Mutable<EntryHead>;
    const forms: Form[] = [];
    if (layout.stream) forms.push('stream');
    if (layout.whole) forms.push('whole');
    shown.bytes = bytes;
    shown.forms = forms;
    return shown;
  } catch (error) {
    onDamage(id ?? '', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function readHead(id: string | undefined, head: Uint8Array, moved: Moved | undefined): { core: Core & Pick<Entry, 'fields'>; layout: Layout } {
  const bytes = asBuffer(head);
  if (bytes.byteLength < PREFIX || bytes[4] !== MARK) throw new Error('it is no entry, or is cut short');
  if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) throw new Error('the checksum of its head does not fit');
  if (bytes[5] !== VERSION) throw new Error(`its format version is ${bytes[5]}, and only ${VERSION} can be read`);
  const end = PREFIX + bytes.readUInt32LE(8);
  const [core, layout] = JSON.parse(bytes.toString('utf8', PREFIX, end)) as [Mutable<Entry>, Layout];
  if (core.v !== 1) throw new Error(`its version is ${String(core.v)}, and only 1 can be read`);
  if (id !== undefined && core.id !== id) throw new Error('it is the entry of another id');
  if (moved) {
    if (moved.expiresAt === undefined) delete core.expiresAt;
    else core.expiresAt = moved.expiresAt;
    if (moved.dropAt === undefined) delete core.dropAt;
    else core.dropAt = moved.dropAt;
  }
  const fields = bytes.subarray(end);
  later(core, 'fields', bytes[6]! & FIELDS_COMPRESSED ? () => decompressed(fields, layout.fields) : () => fields, {});
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

/** Gives `object` a member that is parsed on first use. The checksum was right, so that parsing can fail only for a faulty writer. */
function later(object: object, name: string, json: () => Uint8Array, otherwise: unknown): void {
  let value: unknown;
  Object.defineProperty(object, name, {
    enumerable: true,
    configurable: true,
    get() {
      if (value === undefined) {
        try {
          value = JSON.parse(asBuffer(json()).toString());
        } catch {
          value = otherwise;
        }
      }
      return value;
    },
  });
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
