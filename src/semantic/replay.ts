import { hash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Entry } from '../model/entry.ts';
import { memoryStore } from '../stores/memory.ts';
import { openDecider, openFinder } from './assemble.ts';
import { modelFolder } from './bundled.ts';
import { interval } from './calibration.ts';
import { createGuards } from './guards/guards.ts';
import { createMeaning } from './create-meaning.ts';
import type { Considered, Meaning } from './meaning.ts';
import type { Query } from './pair-lines.ts';
import type { ResolvedSemantic } from './semantic-options.ts';

/** Hits whose stored question is of the query's group, and hits whose is not. */
export interface RightWrong {
  right: number;
  wrong: number;
}

/** Queries of one kind and what became of them. */
export interface Share extends RightWrong {
  queries: number;
}

/** What a cache in the place of the stream's would have done. */
export interface Replayed {
  readonly queries: number;
  /** Misses, each of which was stored. */
  readonly stored: number;
  readonly hits: { readonly exact: RightWrong; readonly normalised: RightWrong; readonly semantic: RightWrong };
  /** Word for word as asked before. */
  readonly repeated: Share;
  /** Of a group that was asked before only in other words. */
  readonly reworded: Share;
  /** Of a group that was not asked before: every hit is a false one. */
  readonly first: Share;
  /** Share of `first` that was served, with its 95 % interval. */
  readonly falseHits: { readonly share: number; readonly from: number; readonly to: number };
  /** Share of `reworded` that was served rightly. */
  readonly rewordedHits: number;
  /** Queries that were not hits by their own key: how many candidates the judge read for them, and how long they took. */
  readonly lookups: { readonly count: number; readonly judged: number; readonly judgedEach: number; readonly p50: Milliseconds; readonly p99: Milliseconds };
}

export interface ReplayContext {
  readonly clock: Clock;
  readonly timeBound: (text: string) => boolean;
  readonly onProgress?: (done: number) => void;
}

/** A cache that serves one caller is replayed, however fast: the bound on lookups in a second does not count. */
const NO_RATE = 1e6;
const TENANT = 'replay';
const SCOPE = 'replay';

/**
 * Asks the queries one by one of an empty cache in memory: by key, then by meaning; what misses is stored. Fails where judge or embedder fail.
 */
export async function replay(queries: AsyncIterable<Query>, options: ResolvedSemantic, context: ReplayContext): Promise<Replayed> {
  const { clock, timeBound, onProgress = () => {} } = context;
  const folder = modelFolder(options.model);
  const [finder, decider] = await Promise.all([openFinder(options, folder, clock), openDecider(options, folder, () => {})]);
  const store = memoryStore({ maxBytes: '4GiB' });
  let trouble: unknown;
  const meaning = createMeaning({
    options: { ...options, perSecond: NO_RATE },
    store,
    abilities: await store.open(),
    finder,
    judge: decider.judge,
    thresholdFor: decider.thresholdFor,
    guards: createGuards(options.guards),
    timeBound,
    now: () => clock.elapsed(),
    onTrouble: (error) => void (trouble ??= error),
  });
  try {
    await meaning.loaded;
    const tally = startTally();
    let done = 0;
    for await (const query of queries) {
      const key = hash('sha256', query.q);
      const exact = await store.get(key);
      const began = clock.elapsed();
      const looked = exact ? undefined : await lookUp(query, meaning);
      const took = clock.elapsed() - began;
      const found = exact ?? looked?.found?.entry;
      tally.add(query, looked ? { considered: looked.considered, took } : undefined, found && { kind: looked?.found?.strategy ?? 'exact', group: found.attributes.group! });
      if (!found) {
        const entry = await entryOf(query, key, meaning);
        await store.set(entry);
        meaning.remember(entry);
        // Taken in by the time that the next one is asked.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (trouble !== undefined) throw trouble;
      onProgress(++done);
    }
    return tally.end();
  } finally {
    await meaning.close();
  }
}

const lookUp = ({ q }: Query, meaning: Meaning) =>
  meaning.lookUp({ tenant: TENANT, namespace: '', scope: SCOPE, turns: '', text: q }, { signal: new AbortController().signal, serves: () => true });

async function entryOf({ q, group }: Query, id: string, meaning: Meaning): Promise<Entry> {
  return {
    v: 1, id, kind: 'llm', format: 'openai-chat', namespace: '', tenant: TENANT, scope: SCOPE, turns: '', text: q,
    lookups: [], attributes: { group: String(group) }, tags: [], origin: 'api', fields: {}, createdAt: 0,
    vectors: await meaning.vectorsFor({ text: q }, new AbortController().signal),
  };
}

interface Hit {
  readonly kind: 'exact' | 'normalised' | 'semantic';
  readonly group: string;
}

function startTally() {
  const hits = { exact: none(), normalised: none(), semantic: none() };
  const kinds = { repeated: noShare(), reworded: noShare(), first: noShare() };
  const texts = new Set<string>();
  const groups = new Set<string>();
  const times: Milliseconds[] = [];
  let queries = 0;
  let stored = 0;
  let judged = 0;

  return {
    add({ q, group }: Query, looked: { considered: readonly Considered[]; took: Milliseconds } | undefined, hit: Hit | undefined): void {
      queries++;
      const kind = kinds[texts.has(q) ? 'repeated' : groups.has(String(group)) ? 'reworded' : 'first'];
      kind.queries++;
      if (looked) {
        times.push(looked.took);
        judged += looked.considered.filter(({ probability }) => probability !== undefined).length;
      }
      if (hit) {
        const verdict = hit.group === String(group) ? 'right' : 'wrong';
        hits[hit.kind][verdict]++;
        kind[verdict]++;
      } else stored++;
      texts.add(q);
      groups.add(String(group));
    },
    end(): Replayed {
      const { first, reworded } = kinds;
      const [from, to] = interval(first.wrong, first.queries);
      times.sort((a, b) => a - b);
      return {
        queries, stored, hits, ...kinds,
        falseHits: { share: shareOf(first.wrong, first.queries), from, to },
        rewordedHits: shareOf(reworded.right, reworded.queries),
        lookups: { count: times.length, judged, judgedEach: shareOf(judged, times.length), p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
      };
    },
  };
}

const none = (): RightWrong => ({ right: 0, wrong: 0 });
const noShare = (): Share => ({ queries: 0, ...none() });
const shareOf = (count: number, of: number): number => (of === 0 ? 0 : count / of);
/** Of sorted times. */
const quantile = (times: readonly Milliseconds[], share: number): Milliseconds => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
