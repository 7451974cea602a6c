import { randomInt } from 'node:crypto';
import type { Entry, EntryHead } from '../../model/entry.ts';
import { decodeHead, encodeEntry, type Moved, type OnDamage } from '../codec.ts';
import type { Payload } from './client.ts';
import { digestOf, nameOf } from './keys.ts';

/** A number that is changed with every write, so that a late one can tell that it is late. */
export const newStamp = (): number => randomInt(1, 2 ** 48 - 1);

/** An entry as a payload: its bytes, and digests of all it can be found by. */
export function payloadOf(entry: Entry): Payload {
  const { head, body } = encodeEntry(entry);
  const names = [
    ...entry.tags.map(nameOf.tag),
    ...entry.lookups.map(nameOf.lookup),
    ...Object.entries(entry.attributes).map(([name, value]) => nameOf.attribute(name, value)),
  ];
  return {
    kind: entry.kind,
    tenant: digestOf(entry.tenant),
    namespace: digestOf(entry.namespace),
    scope: digestOf(entry.scope),
    // Who asks for questions without earlier turns says so with an empty text.
    turns: digestOf(entry.turns ?? ''),
    ...(entry.model !== undefined && { model: digestOf(entry.model) }),
    names: [...new Set(names)],
    createdAt: entry.createdAt,
    ...(Number.isFinite(entry.expiresAt) && { expiresAt: entry.expiresAt }),
    ...(Number.isFinite(entry.dropAt) && { dropAt: entry.dropAt }),
    stamp: newStamp(),
    bytes: head.byteLength + body.byteLength,
    // JSON, as the text of a payload cannot carry lone surrogates.
    id: JSON.stringify(entry.id),
    head: head.toString('base64'),
    body: body.toString('base64'),
  };
}

/** The head that a payload holds, where it can be read. */
export function headIn(payload: Payload | null | undefined, onDamage: OnDamage): EntryHead | undefined {
  const head = payload?.head;
  if (typeof head !== 'string') return void onDamage('', 'a point holds something else');
  return decodeHead(undefined, Buffer.from(head, 'base64'), Number(payload?.bytes) || 0, onDamage, movedIn(payload));
}

/** The id that a payload names, where it can be read. */
export function idIn(payload: Payload | null | undefined): string | undefined {
  try {
    const id: unknown = JSON.parse(String(payload?.id));
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The times of an entry, which change without its bytes. */
export const movedIn = (payload: Payload | null | undefined): Moved => ({ expiresAt: numberIn(payload?.expiresAt), dropAt: numberIn(payload?.dropAt) });
const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
