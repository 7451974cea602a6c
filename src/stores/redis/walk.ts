import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { EntryHead } from '../../model/entry.ts';
import { decodeHead, type Moved, type OnDamage } from '../codec.ts';
import { byAge, matcher } from '../matches.ts';
import type { Query } from '../store.ts';
import { type Arg, bytesOf, isWrongType, listOf, type RedisCommands, type Reply, textOf } from './commands.ts';
import { entryKey, INDEX, indexKey, type Keys, namesKey, type Place } from './keys.ts';
import { runScript, SCRIPTS } from './scripts.ts';

/** Entries read in one step: a step takes the server about a millisecond. */
const STEP = 100;
/** The same where several parts of a cluster are read at once. */
const STEP_OF_PART = 20;

/** An entry that a query names, and how it was when it was read. */
export interface Found {
  readonly head: EntryHead;
  readonly place: Place;
  /** The first bytes of its head, which are a checksum, and its `expiresAt`: an entry that was written or touched since differs. */
  readonly stamp: readonly [Buffer, Arg];
}

/** What is asked of a walk. */
export interface Walk {
  readonly commands: RedisCommands;
  readonly keys: Keys;
  readonly onDamage: OnDamage;
}

/** What a query names, piece by piece; in its order, at most `limit`. */
export async function* found(walk: Walk, query: Query): AsyncGenerator<Found> {
  let left = query.limit ?? Infinity;
  if (left <= 0) return;
  const fits = matcher(query);
  for await (const one of query.ids ? byIds(walk, query, query.ids) : byIndex(walk, query)) {
    if (!fits(one.head)) continue;
    yield one;
    if (--left <= 0) return;
  }
}

/** Entries of some ids. They are read all before the first is given, as they have to be sorted. */
async function* byIds({ commands: { send }, keys, onDamage }: Walk, query: Query, ids: readonly string[]): AsyncGenerator<Found> {
  const all: Found[] = [];
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += STEP) {
    const step = distinct.slice(at, at + STEP).map(async (id) => {
      const place = keys.placeOf(id);
      const key = entryKey(place);
      const [kept, size] = await Promise.all([send(['hmget', key, 'h', 'e', 'd'], key), send(['hstrlen', key, 'b'], key)]).catch((error: unknown) => {
        if (!isWrongType(error)) throw error;
        onDamage(id, 'its key holds something else');
        return [[null]] as [Reply, Reply?];
      });
      const [head, expires, drop] = listOf(kept);
      return asFound(id, place, head, expires, drop, size, onDamage);
    });
    for (const one of await Promise.all(step)) if (one) all.push(one);
  }
  all.sort((a, b) => byAge(a.head, b.head));
  if (query.newestFirst) all.reverse();
  yield* all;
}

/** Entries of the index that leads to the fewest, of all parts in one order. */
async function* byIndex(walk: Walk, query: Query): AsyncGenerator<Found> {
  const index = await bestIndex(walk, query);
  const parts = walk.keys.bases.map((base) => new PartWalk(walk, query, base, index));
  await Promise.all(parts.map((part) => part.fill()));
  const way = query.newestFirst ? -1 : 1;
  for (;;) {
    let next: PartWalk | undefined;
    for (const part of parts) {
      if (part.first && (!next || way * byAge(part.first.head, next.first!.head) < 0)) next = part;
    }
    if (!next) return;
    yield next.first!;
    next.shift();
    if (!next.first) await next.fill();
  }
}

/** One part's share of an index, read step by step. */
class PartWalk {
  #waiting: Found[] = [];
  #score = '';
  #member = '';
  #atEnd = false;
  readonly #walk: Walk;
  readonly #query: Query;
  readonly #base: string;
  readonly #index: string;

  constructor(walk: Walk, query: Query, base: string, index: string) {
    this.#walk = walk;
    this.#query = query;
    this.#base = base;
    this.#index = index;
  }

  get first(): Found | undefined {
    return this.#waiting[0];
  }

  shift(): void {
    this.#waiting.shift();
  }

  /** Reads on until there is one more, or no more. Members whose entries are gone are taken out of the index. */
  async fill(): Promise<void> {
    const { commands, keys, onDamage } = this.#walk;
    const { newestFirst = false, createdBefore } = this.#query;
    const most = keys.bases.length > 1 ? STEP_OF_PART : STEP;
    while (this.#waiting.length === 0 && !this.#atEnd) {
      const bound = createdBefore === undefined ? '+inf' : `(${createdBefore}`;
      const args = [this.#base, newestFirst ? 'down' : 'up', this.#score, this.#member, String(most), bound];
      const items = listOf(await runScript(commands.send, SCRIPTS.page, [indexKey(this.#base, this.#index)], args));
      const gone: string[] = [];
      for (let at = 0; at < items.length; at += 6) {
        const [member, score, head, expires, drop, size] = items.slice(at, at + 6);
        this.#member = textOf(member)!;
        this.#score = textOf(score)!;
        const place = { base: this.#base, member: this.#member };
        const one = asFound(undefined, place, head, expires, drop, size, onDamage);
        if (one) this.#waiting.push(one);
        else if (head === null) gone.push(this.#member);
      }
      this.#atEnd = items.length < 6 * most;
      if (gone.length > 0) {
        // A replica cannot be cleaned, nor need it be.
        await runScript(commands.send, SCRIPTS.gone, [namesKey(this.#base)], [this.#base, this.#index, ...gone]).catch(() => {});
      }
    }
  }
}

function asFound(
  id: string | undefined, place: Place, head: Reply | undefined, expires: Reply | undefined, drop: Reply | undefined, size: Reply | undefined, onDamage: OnDamage,
): Found | undefined {
  const bytes = bytesOf(head);
  if (!bytes) return undefined;
  const shown = decodeHead(id, bytes, bytes.byteLength + Number(size ?? 0), onDamage, movedIn(expires, drop));
  return shown && { head: shown, place, stamp: [Buffer.from(bytes.subarray(0, 4)), textOf(expires) ?? ''] };
}

/** The times that stand beside an entry. */
export const movedIn = (expires: Reply | undefined, drop: Reply | undefined): Moved => ({ expiresAt: momentIn(expires), dropAt: momentIn(drop) });

function momentIn(reply: Reply | undefined): Milliseconds | undefined {
  const text = textOf(reply);
  return text === undefined || text === '' ? undefined : Number(text);
}

/** The name of the index to walk. A lookup names few; of others the smallest is taken. */
async function bestIndex({ commands: { send }, keys }: Walk, query: Query): Promise<string> {
  if (query.lookup !== undefined) return INDEX.lookup(query.lookup);
  const candidates: string[] = [];
  if (query.tag !== undefined) candidates.push(INDEX.tag(query.tag));
  for (const [name, value] of Object.entries(query.attributes ?? {})) candidates.push(INDEX.attribute(name, value));
  if (query.scope !== undefined) candidates.push(INDEX.scope(query.scope));
  if (query.model !== undefined) candidates.push(INDEX.model(query.model));
  if (query.namespace !== undefined) candidates.push(INDEX.namespace(query.namespace));
  if (query.tenant !== undefined) candidates.push(INDEX.tenant(query.tenant));
  if (candidates.length < 2) return candidates[0] ?? INDEX.all;
  const sizes = await Promise.all(
    candidates.map(async (index) => {
      const cards = await Promise.all(keys.bases.map((base) => send(['zcard', indexKey(base, index)], indexKey(base, index))));
      return cards.reduce<number>((sum, card) => sum + Number(card), 0);
    }),
  );
  return candidates[sizes.indexOf(Math.min(...sizes))]!;
}

/** The size of an entry in the store, roughly. */
export const sizeAs = (head: Uint8Array, body: Uint8Array): Bytes => head.byteLength + body.byteLength;
