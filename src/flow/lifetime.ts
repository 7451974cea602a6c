import type { Milliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import type { Ask } from './ask.ts';
import type { Parts } from './parts.ts';

/**
 * OpenAI keeps a stored response for 30 days (https://platform.openai.com/docs/guides/your-data). A replayed one must not outlive it,
 * since its id may be referred to.
 */
const KEPT_BY_PROVIDER: Milliseconds = 29 * 24 * 60 * 60 * 1000;

/** When a new entry is made, goes stale, and may be forgotten. */
export function lifetimeOf(ask: Ask, parts: Parts): Pick<Entry, 'createdAt' | 'expiresAt' | 'dropAt'> {
  const { options } = parts;
  const createdAt = parts.clock.now();
  const ttl = ttlOf(ask, parts);
  if (ttl === Infinity) return { createdAt };
  const expiresAt = createdAt + ttl;
  return { createdAt, expiresAt, dropAt: expiresAt + Math.max(options.staleWhileRevalidate, options.staleIfError) };
}

/**
 * Until when a hit lets an entry live on; `undefined` for not at all. What the provider keeps must still not outlive it, and an answer
 * about now does not stay true by being asked for.
 */
export function prolongedUntil(entry: Entry, now: Milliseconds, ask: Ask, parts: Parts): Milliseconds | undefined {
  const { facts } = ask.identity;
  if (facts.text !== undefined && ask.directives.ttl === undefined && parts.timeBound(facts.text)) return undefined;
  const until = Math.min(now + ttlOf(ask, parts), facts.kept ? entry.createdAt + KEPT_BY_PROVIDER : Infinity);
  return until === Infinity ? undefined : until;
}

/** The caller's word first, else the cache's; a question about now lives shortly unless the caller said otherwise. */
export function ttlOf(ask: Ask, { options, timeBound }: Parts): Milliseconds {
  const { facts } = ask.identity;
  const said = ask.directives.ttl;
  const bound = said === undefined && facts.text !== undefined && timeBound(facts.text);
  const ttl = said ?? (bound ? Math.min(options.ttl, options.timeBoundTtl) : options.ttl);
  return Math.min(ttl, options.maxTtl, facts.kept ? KEPT_BY_PROVIDER : Infinity);
}
