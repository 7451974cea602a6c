import type { Milliseconds } from '../../base/units.ts';
import type { Entry, EntryHead } from '../../model/entry.ts';
import { decodeEntry, type OnDamage } from '../codec.ts';
import { matcher, moved, select } from '../matches.ts';
import type { Query, StoreSize } from '../store.ts';
import type { ChangeLog } from './changes.ts';
import { type Condition, type Found, statusOf } from './client.ts';
import type { Collection } from './collection.ts';
import { conditionsOf, is, isOneOf, piecesOf } from './filter.ts';
import { pointOf } from './keys.ts';
import { headIn, idIn, movedIn, payloadOf } from './payload.ts';
import type { Vectors } from './vectors.ts';

/** Heads read in one step. */
const PAGE = 200;
/** Points deleted in one step, so that others get their turn. */
const BATCH = 500;
/** Up to so many are counted one by one; beyond them the server's estimate will do. */
const COUNTED = 100_000;
/** So many are looked at to know how large an entry is. */
const SAMPLE = 500;

const BODY = ['head', 'body', 'expiresAt', 'dropAt'];
const HEAD = ['head', 'bytes', 'createdAt', 'expiresAt', 'dropAt'];

/** Entries as points. */
export interface Entries {
  get(id: string): Promise<Entry | undefined>;
  put(entry: Entry): Promise<void>;
  touch(id: string, expiresAt: Milliseconds): Promise<void>;
  find(query: Query): AsyncGenerator<EntryHead>;
  delete(query: Query): Promise<number>;
  /** Deletes up to a batch of what is past `dropAt`; says how many, and whether there may be more. */
  reap(moment: Milliseconds): Promise<{ count: number; more: boolean }>;
  size(): Promise<StoreSize>;
}

export function entriesIn(collection: Collection, vectors: Vectors, changes: ChangeLog, onDamage: OnDamage): Entries {
  /** Heads of what the query names, in its order. */
  async function* heads(query: Query): AsyncGenerator<EntryHead> {
    if (query.ids) return yield* headsByIds(query, query.ids);
    const fits = query.text === undefined ? () => true : matcher({ text: query.text });
    let left = Math.floor(query.limit ?? Infinity);
    for await (const point of points(query, query.text === undefined ? Math.min(PAGE, left) : PAGE)) {
      if (left <= 0) return;
      const head = headIn(point.payload, onDamage);
      if (!head || !fits(head)) continue;
      left--;
      yield head;
    }
  }

  /** Ids are as many as the caller has at hand, so that their heads are sorted here. */
  async function* headsByIds(query: Query, ids: readonly string[]): AsyncGenerator<EntryHead> {
    const found: EntryHead[] = [];
    for (const piece of piecesOf(ids, PAGE)) {
      const page = await collection.page([...conditionsOf(query), isOneOf(piece)], PAGE, HEAD);
      for (const point of page.points) {
        const head = headIn(point.payload, onDamage);
        if (head) found.push(head);
      }
    }
    yield* select(found, query);
  }

  /**
   * Points in the order of age. A page cannot say where in a moment it ended, and an import may give a million entries one moment: what
   * is left of the moment that a page ends in is read in the order of ids.
   */
  async function* points(query: Query, size: number): AsyncGenerator<Found> {
    if (size <= 0) return;
    const conditions = conditionsOf(query);
    const by = query.newestFirst ? 'newest' : 'oldest';
    let end: number | undefined;
    for (;;) {
      const beyond: Condition[] = end === undefined ? [] : [{ key: 'createdAt', range: query.newestFirst ? { lt: end } : { gt: end } }];
      const page = await collection.page([...conditions, ...beyond], size, HEAD, { by });
      yield* page.points;
      const last = page.points.at(-1)?.payload?.createdAt;
      if (page.points.length < size || typeof last !== 'number' || last === end) return;
      const seen = new Set(page.points.filter(({ payload }) => payload?.createdAt === last).map(({ id }) => id));
      const within: Condition[] = [...conditions, { key: 'createdAt', range: { gte: last, lte: last } }];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const rest = await collection.page(within, PAGE, HEAD, { after });
        for (const point of rest.points) if (!seen.has(point.id)) yield point;
        after = rest.after;
      }
      end = last;
    }
  }

  /** Deletes those points that are still what the conditions say, and tells of it. */
  const removePoints = async (page: readonly Found[], conditions: readonly Condition[], quietly: boolean): Promise<number> => {
    if (page.length === 0) return 0;
    await collection.remove([...conditions, isOneOf(page.map(({ id }) => id))]);
    if (!quietly) changes.tell('delete', page.flatMap(({ payload }) => idIn(payload) ?? []));
    return page.length;
  };
  /** Deletes all that the conditions name, step by step. */
  const removeAll = async (conditions: readonly Condition[], quietly: boolean): Promise<number> => {
    let count = 0;
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await collection.page(conditions, BATCH, quietly ? false : ['id'], { after });
      count += await removePoints(page.points, conditions, quietly);
      after = page.after;
    }
    return count;
  };
  const removeIds = async (ids: readonly string[], conditions: readonly Condition[]): Promise<number> => {
    let count = 0;
    for (const piece of piecesOf(ids, BATCH)) {
      const page = await collection.page([...conditions, isOneOf(piece)], BATCH, ['id']);
      count += await removePoints(page.points, conditions, false);
    }
    return count;
  };

  const remove = async (query: Query): Promise<number> => {
    const { text, limit, newestFirst: _, ids, ...rest } = query;
    if (text !== undefined || limit !== undefined) {
      // Which ones they are shows only in their heads.
      let count = 0;
      let batch: string[] = [];
      const removeThese = async () => {
        count += await removeIds(batch, conditionsOf(rest));
        batch = [];
      };
      for await (const head of heads(query)) if (batch.push(head.id) >= BATCH) await removeThese();
      await removeThese();
      return count;
    }
    if (ids) return removeIds(ids, conditionsOf(rest));
    if (Object.values(rest).some((member) => member !== undefined)) return removeAll(conditionsOf(rest), false);
    changes.tell('clear');
    await changes.flush();
    const count = await removeAll(conditionsOf({}), true);
    changes.tell('clear');
    return count;
  };

  return {
    async get(id) {
      const [point] = await collection.pick([pointOf.entry(id)], BODY);
      if (!point) return undefined;
      const { head, body } = point.payload ?? {};
      if (typeof head !== 'string' || typeof body !== 'string') return void onDamage(id, 'its point holds something else');
      return decodeEntry(id, Buffer.from(head, 'base64'), Buffer.from(body, 'base64'), onDamage, movedIn(point.payload));
    },

    async put(entry) {
      const payload = payloadOf(entry);
      const write = async () => collection.put({ id: pointOf.entry(entry.id), vector: await vectors.of(entry), payload });
      try {
        await write();
      } catch (error) {
        // The collection was made anew, and has not all the vectors that it had.
        if (statusOf(error) !== 400 || !(await vectors.lookAgain())) throw error;
        await write();
      }
      changes.tell('set', [entry.id]);
    },

    async touch(id, expiresAt) {
      const point = pointOf.entry(id);
      const [found] = await collection.pick([point], ['expiresAt', 'dropAt', 'stamp']);
      const stamp = found?.payload?.stamp;
      if (typeof stamp !== 'number') return;
      const next = moved({ ...movedIn(found!.payload) } as Entry, expiresAt);
      // An entry that has taken its place meanwhile has times of its own.
      await collection.change([isOneOf([point]), is('stamp', stamp)], { expiresAt, ...(next.dropAt !== undefined && { dropAt: next.dropAt }) });
      changes.tell('set', [id]);
    },

    find: heads,

    async delete(query) {
      try {
        return await remove(query);
      } finally {
        await changes.flush();
      }
    },

    async reap(moment) {
      const conditions = conditionsOf({ droppableAt: moment });
      const { points: page } = await collection.page(conditions, BATCH, ['id']);
      return { count: await removePoints(page, conditions, false), more: page.length === BATCH };
    },

    async size() {
      const all = conditionsOf({});
      const estimate = await collection.count(all, false);
      const entries = estimate > COUNTED ? estimate : await collection.count(all, true);
      if (entries === 0) return { entries: 0, bytes: 0 };
      const some = await collection.sample(all, SAMPLE, ['bytes']);
      const sum = some.reduce((bytes, { payload }) => bytes + (Number(payload?.bytes) || 0), 0);
      return { entries, bytes: some.length === 0 ? 0 : Math.round((sum / some.length) * entries) };
    },
  };
}
