import { hash } from 'node:crypto';
import type { Fingerprint } from '../../model/entry.ts';

/**
 * The name of something as a UUID: the first 122 bits of the SHA-256 of what it is and what it is called, as UUIDs of version 8 have them
 * (https://www.rfc-editor.org/rfc/rfc9562#section-5.8). Qdrant takes no other text as the id of a point. UTF-16, as UTF-8 cannot tell lone
 * surrogates apart.
 */
function uuidOf(what: string, name: string): string {
  const sum = hash('sha256', Buffer.from(`${what}\0${name}`, 'utf16le'), 'buffer');
  sum[6] = (sum[6]! & 0x0f) | 0x80;
  sum[8] = (sum[8]! & 0x3f) | 0x80;
  const hex = sum.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of a point by what it holds. */
export const pointOf = {
  entry: (id: string): string => uuidOf('entry', id),
  record: (name: string): string => uuidOf('record', name),
  /** What one process has changed lately. */
  changes: (origin: string): string => uuidOf('changes', origin),
} as const;

/** A tenant, namespace, scope, model or digest of turns in a payload: not as it is, so that no length or character matters and no name can be read. */
export const digestOf = (name: string): string => uuidOf('value', name);

/** What an entry can be found by beside its fields. */
export const nameOf = {
  tag: (tag: string): string => uuidOf('tag', tag),
  lookup: (lookup: string): string => uuidOf('lookup', lookup),
  attribute: (name: string, value: string): string => uuidOf('attribute', JSON.stringify([name, value])),
} as const;

/** What the names of a model's vectors begin with. */
export const vectorsOf = (fingerprint: Fingerprint): string => `v_${uuidOf('fingerprint', fingerprint).replaceAll('-', '').slice(0, 20)}_`;

/** The vector of a model in the collection: another model, or another number of dimensions, has another one. */
export const vectorOf = (fingerprint: Fingerprint, dimensions: number): string => `${vectorsOf(fingerprint)}${dimensions}`;
