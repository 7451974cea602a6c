import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import { DEFAULT_SIMILARITY_THRESHOLD, HOSTED_LIMITS } from '../../langcache/wire.ts';
import { SearchStrategy } from '../../langcache/wire-types.ts';
import type { Records } from '../../stores/store.ts';
import { shelf } from './shelf.ts';

/** What may be said of a cache when it is made, and changed later. */
export interface CacheSettings {
  /** For people. @default its id */
  readonly name: string;
  /** Names that entries may have attributes under, 5 at most; absent: any. */
  readonly attributes?: readonly string[] | undefined;
  /** How long entries live for which nobody says it; absent: for ever. */
  readonly ttlMillis?: Milliseconds | undefined;
  /** The lowest similarity of a semantic match, 0 to 1. @default 0.85 */
  readonly similarityThreshold: number;
  /** What is searched by where the search does not say. @default ['semantic'] */
  readonly searchStrategies: readonly SearchStrategy[];
  /** The most entries; beyond that the oldest go. Absent: any number. */
  readonly maxEntries?: number | undefined;
  /** `off`: similarity alone decides, without guards and judge. @default 'on' */
  readonly judge: 'on' | 'off';
  /** Characters of the longest prompt: 1 to 50,000. @default 1024 */
  readonly maxPromptLength: number;
}

export interface Cache extends CacheSettings {
  readonly id: string;
  readonly createdAt: Milliseconds;
}

/** Letters, digits and signs without spaces; no path of its own. */
export const CACHE_ID = /^(?!\.{1,2}$)[^\p{C}\p{Z}/\\?#%]{1,64}$/u;
const ID_WORDS = '1 to 64 characters without spaces and / \\ ? # %';

const whole = (least: number, most: number) => {
  const what = `a whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what));
};
const share = 'a number from 0 to 1';
const name = v.pipe(v.string('a string'), v.minLength(1, '1 to 200 characters'), v.maxLength(200, '1 to 200 characters'));
const attributes = v.pipe(
  v.array(v.pipe(v.string('a string'), v.regex(HOSTED_LIMITS.attributeName, 'named with 1 to 32 letters, digits, _ and -')), 'a list of names'),
  v.maxLength(HOSTED_LIMITS.attributes, `at most ${HOSTED_LIMITS.attributes} names`),
);
const strategies = v.pipe(v.array(v.picklist(Object.values(SearchStrategy), "'exact' or 'semantic'"), 'a list of strategies'), v.minLength(1, 'at least one strategy'));
const settings = {
  name,
  attributes,
  ttlMillis: whole(...HOSTED_LIMITS.ttlMillis),
  similarityThreshold: v.pipe(v.number(share), v.minValue(0, share), v.maxValue(1, share)),
  searchStrategies: strategies,
  maxEntries: whole(1, 1_000_000_000),
  judge: v.picklist(['on', 'off'], "'on' or 'off'"),
  maxPromptLength: whole(1, 50_000),
};
const id = v.pipe(v.string('a string'), v.regex(CACHE_ID, ID_WORDS));

/** What makes a cache: an id, and whatever is not to be the default. Members that are not known are refused, as they may be slips of the pen. */
export const newCacheSchema = v.strictObject({
  id,
  name: v.optional(settings.name),
  attributes: v.optional(settings.attributes),
  ttlMillis: v.optional(settings.ttlMillis),
  similarityThreshold: v.optional(settings.similarityThreshold),
  searchStrategies: v.optional(settings.searchStrategies),
  maxEntries: v.optional(settings.maxEntries),
  judge: v.optional(settings.judge),
  maxPromptLength: v.optional(settings.maxPromptLength),
});
/** What changes of a cache. `null` takes a limit away. */
export const cacheChangesSchema = v.strictObject({
  name: v.optional(settings.name),
  attributes: v.optional(v.nullable(settings.attributes)),
  ttlMillis: v.optional(v.nullable(settings.ttlMillis)),
  similarityThreshold: v.optional(settings.similarityThreshold),
  searchStrategies: v.optional(settings.searchStrategies),
  maxEntries: v.optional(v.nullable(settings.maxEntries)),
  judge: v.optional(settings.judge),
  maxPromptLength: v.optional(settings.maxPromptLength),
});
/** A cache as it is kept, and as the admin API shows it. */
export const cacheSchema = v.object({
  id: v.string(),
  name: v.string(),
  attributes: v.optional(v.array(v.string())),
  ttlMillis: v.optional(v.number()),
  similarityThreshold: v.number(),
  searchStrategies: v.array(v.picklist(Object.values(SearchStrategy))),
  maxEntries: v.optional(v.number()),
  judge: v.picklist(['on', 'off']),
  maxPromptLength: v.number(),
  createdAt: v.number(),
});

export type NewCache = v.InferOutput<typeof newCacheSchema>;
export type CacheChanges = v.InferOutput<typeof cacheChangesSchema>;

/** A cache with every default in place. */
export function cacheOf({ id: cacheId, ...given }: NewCache, now: Milliseconds): Cache {
  return {
    id: cacheId,
    name: cacheId,
    similarityThreshold: DEFAULT_SIMILARITY_THRESHOLD,
    searchStrategies: [SearchStrategy.Semantic],
    judge: 'on',
    maxPromptLength: HOSTED_LIMITS.promptLength[1],
    ...given,
    createdAt: now,
  };
}

/** The caches of a store. They live among its records. */
export interface Caches {
  /** May be up to a second old where another process changed it. */
  get(id: string): Promise<Cache | undefined>;
  list(): Promise<Cache[]>;
  /** `undefined` where there is one already. */
  create(given: NewCache): Promise<Cache | undefined>;
  /** `undefined` where there is none. */
  update(id: string, changes: CacheChanges): Promise<Cache | undefined>;
  /** Forgets the cache; its entries are not touched. True if it was there. */
  delete(id: string): Promise<boolean>;
}

const MOST_TRIES = 20;

export function openCaches(records: Records, clock: Clock): Caches {
  const kept = shelf<Cache>(records, 'langcache/cache/', cacheSchema, clock);

  return {
    get: (cacheId) => kept.get(cacheId),
    list: () => kept.list(),
    async create(given) {
      const cache = cacheOf(given, clock.now());
      return (await kept.put(cache.id, cache, undefined)) ? cache : undefined;
    },
    async update(cacheId, changes) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const found = await kept.read(cacheId);
        if (!found) return undefined;
        const cache = changed(found.value, changes);
        if (await kept.put(cacheId, cache, found.version)) return cache;
      }
      throw new Error(`The cache ${cacheId} was changed by others ${MOST_TRIES} times meanwhile.`);
    },
    async delete(cacheId) {
      const found = await kept.read(cacheId);
      await kept.delete(cacheId);
      return found !== undefined;
    },
  };
}

/** `null` takes a member away. */
function changed(cache: Cache, changes: CacheChanges): Cache {
  const members = { ...cache, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as unknown as Cache;
}
