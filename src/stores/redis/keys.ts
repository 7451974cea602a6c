import { hash } from 'node:crypto';
import type { Arg } from './commands.ts';

/** Where the keys of one entry are: all in one hash slot, with the indexes that name it, so that a script can change them together. */
export interface Place {
  /** What all keys of this part begin with. */
  readonly base: string;
  /** The entry in indexes and in its key: 128 bits of the SHA-256 of its id. */
  readonly member: string;
}

/** The names of keys. */
export interface Keys {
  readonly prefix: string;
  /** What the keys of each part begin with. One part on one server; several on a cluster, their slots evenly apart. */
  readonly bases: readonly string[];
  placeOf(id: string): Place;
  /** The base under which leases and streams of a name are. */
  baseOf(name: string): string;
}

/** Slots of a cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/). */
const SLOTS = 16_384;

/** Makes the names for a store of so many parts. */
export function makeKeys(prefix: string, parts: number): Keys {
  const bases = slotTags(parts).map((tag) => `${prefix}{${tag}}:`);
  const partOf = (sum: Buffer) => bases[sum.readUInt32LE(16) % parts]!;
  return {
    prefix,
    bases,
    placeOf(id) {
      const sum = digest(id);
      return { base: partOf(sum), member: shortened(sum) };
    },
    baseOf: (name) => partOf(digest(name)),
  };
}

/** The key of an entry: a hash of head (`h`), body (`b`), `expiresAt` (`e`), `dropAt` (`d`), and what the query engine searches. */
export const entryKey = ({ base, member }: Place): string => `${base}e:${member}`;
/** A hash of member to the size of the entry and the names of the indexes that hold it. It outlives the entry, so that those can be cleaned. */
export const namesKey = (base: string): string => `${base}x`;
/** A sorted set of members by `createdAt`. */
export const indexKey = (base: string, index: string): string => `${base}i:${index}`;

/** Any text as 22 characters that Redis and the query engine take as they are. UTF-16, as UTF-8 cannot tell lone surrogates apart. */
export const nameOf = (text: string): string => shortened(digest(text));

const digest = (text: string): Buffer => hash('sha256', Buffer.from(text, 'utf16le'), 'buffer');
const shortened = (sum: Buffer): string => sum.toString('base64url', 0, 16);

/** Names of the indexes by what they are made from. */
export const INDEX = {
  all: 'a',
  tenant: (tenant: string) => `t${nameOf(tenant)}`,
  namespace: (namespace: string) => `n${nameOf(namespace)}`,
  scope: (scope: string) => `s${nameOf(scope)}`,
  lookup: (lookup: string) => `l${nameOf(lookup)}`,
  tag: (tag: string) => `g${nameOf(tag)}`,
  attribute: (name: string, value: string) => `r${nameOf(JSON.stringify([name, value]))}`,
  model: (model: string) => `m${nameOf(model)}`,
} as const;

/** Texts for the braces of keys, the first in each of `parts` equal stretches of slots. */
function slotTags(parts: number): string[] {
  const tags: string[] = Array.from({ length: parts });
  for (let tried = 0, left = parts; left > 0; tried++) {
    const part = Math.floor((slotOf(String(tried)) * parts) / SLOTS);
    if (tags[part] !== undefined) continue;
    tags[part] = String(tried);
    left--;
  }
  return tags;
}

/** The slot of a text that stands in braces: CRC-16 (XMODEM) modulo 16384. */
export function slotOf(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

/** A text for a pattern of `SCAN`, of which no character means anything but itself. */
export const literally = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');

/** A number as Redis takes it; an empty text where there is none. */
export const numberArg = (value: number | undefined): Arg => (value === undefined ? '' : String(value));
