import { hash, randomBytes } from 'node:crypto';
import { toBytes, toText } from '../../base/json.ts';
import type { Milliseconds } from '../../base/units.ts';
import type { Attributes, CacheEntry, SearchStrategy, SetRequest, StoredEntry } from '../../langcache/wire-types.ts';
import type { Entry, EntryHead } from '../../model/entry.ts';
import type { Cache } from './caches.ts';
import { invalid } from './refusal.ts';

/** The tenant of all entries of the service: caches are kept apart by their scope, and callers by the keys that open them. */
export const TENANT = 'langcache';
const FORMAT = 'langcache';

/** Of the entries of a cache, and of no others. */
export const scopeOf = (cacheId: string): string => `langcache/${cacheId}`;

/** The name of a prompt in a cache; letter case makes no difference. */
export const lookupOf = (cacheId: string, prompt: string): string => hash('sha256', `${cacheId}\n${prompt.normalize('NFC').toLowerCase()}`);

/** A new entry without its vectors. */
export function newEntry(cache: Cache, { prompt, response, attributes = {}, tags = [], ttlMillis = cache.ttlMillis }: SetRequest, now: Milliseconds): Entry {
  return {
    v: 1,
    id: randomBytes(16).toString('hex'),
    kind: 'qa',
    format: FORMAT,
    namespace: cache.id,
    tenant: TENANT,
    scope: scopeOf(cache.id),
    text: prompt,
    lookups: [lookupOf(cache.id, prompt)],
    attributes: { ...attributes },
    tags: [...new Set(tags)],
    origin: 'api',
    fields: {},
    whole: recorded(response),
    createdAt: now,
    ...until(ttlMillis, now),
    vectors: {},
  };
}

export const recorded = (response: string): NonNullable<Entry['whole']> => ({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: toBytes(response) });

/** When an entry ends that lives so long. */
export const until = (ttlMillis: Milliseconds | undefined, now: Milliseconds): Pick<Entry, 'expiresAt' | 'dropAt'> =>
  ttlMillis === undefined ? {} : { expiresAt: now + ttlMillis, dropAt: now + ttlMillis };

export const isFresh = ({ expiresAt }: Pick<EntryHead, 'expiresAt'>, now: Milliseconds): boolean => expiresAt === undefined || now < expiresAt;

export const hasAttributes = (entry: Pick<Entry, 'attributes'>, wanted: Attributes): boolean =>
  Object.entries(wanted).every(([name, value]) => Object.hasOwn(entry.attributes, name) && entry.attributes[name] === value);

const responseOf = ({ whole }: Entry): string => (whole ? toText(whole.body) : '');

/** An entry that was found. */
export const asFound = (entry: Entry, similarity: number, searchStrategy: SearchStrategy): CacheEntry => ({
  id: entry.id,
  prompt: entry.text ?? '',
  response: responseOf(entry),
  attributes: entry.attributes,
  similarity,
  searchStrategy,
  ...(entry.tags.length > 0 && { tags: entry.tags }),
});

/** An entry as it is kept. */
export const asStored = (entry: Entry): StoredEntry => ({
  id: entry.id,
  prompt: entry.text ?? '',
  response: responseOf(entry),
  attributes: entry.attributes,
  tags: entry.tags,
  createdAt: entry.createdAt,
  ...(entry.expiresAt !== undefined && { expiresAt: entry.expiresAt }),
});

/** Refuses attributes that the cache does not declare. `at`: where they stand in the request. */
export function checkAttributes({ attributes: declared }: Cache, given: Attributes | undefined, at = 'attributes'): void {
  if (!declared || !given) return;
  const unknown = Object.keys(given).find((name) => !declared.includes(name));
  if (unknown === undefined) return;
  throw invalid(`${at}.${unknown}`, 'declared', declared.length === 0 ? 'the cache declares no attributes' : `the cache declares only ${declared.join(', ')}`);
}
