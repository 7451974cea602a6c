import type { Milliseconds, Usd } from '../base/units.ts';
import { isObject, parseJson } from '../base/json.ts';
import type { Entry } from '../model/entry.ts';
import type { Match } from '../model/outcome.ts';
import type { Format } from '../providers/format.ts';
import { readStats } from '../stats/stats.ts';
import type { Records, Store } from '../stores/store.ts';
import { digestOf, feedbackBook } from './feedback.ts';
import { FEEDBACK, type Feedback } from './rates.ts';

/** A question that would have been served another's answer, with both answers: kept for somebody to say which it was. */
export interface ReviewPair {
  /** Names the pair in its namespace. Grows with every pair. */
  readonly id: number;
  readonly namespace: string;
  readonly asked: string;
  readonly matched: string;
  readonly scope: string;
  /** What the pair is vetoed by; absent where both questions are here as a whole. */
  readonly digest?: string;
  readonly strategy: Match['strategy'];
  readonly similarity: number;
  readonly probability?: number;
  /** The text of the answer that would have been served, cut; absent where its entry was gone. */
  readonly stored?: string;
  /** The text of the answer that the source gave, cut. */
  readonly answer: string;
  readonly at: Milliseconds;
  readonly label?: Feedback;
}

/** What was counted of all such questions of a namespace, also of those that are kept no longer. */
export interface ShadowTotals {
  readonly since: Milliseconds;
  readonly hits: number;
  /** What the source was paid for the answers that would have been served from the store, as far as prices are known. */
  readonly saved: Usd;
  /** Hits of unknown price, which `saved` lacks. */
  readonly unpriced: number;
  /** Misses of the namespace since then, as the statistics have them; absent where there are none, or they were begun anew. */
  readonly misses?: number;
}

/** What there is to note of a question that missed, while another's answer would have been served. */
export interface Shadow {
  readonly match: Match;
  readonly namespace: string;
  readonly format: Pick<Format, 'inspect'>;
  /** The text of the new answer. */
  readonly answer: string;
  readonly at: Milliseconds;
  /** What the new answer cost, where known. */
  readonly cost?: Usd | undefined;
}

/** How many pairs of a namespace are kept, the newest. */
export const MOST_PAIRS = 1000;
/** Characters of a question, and of an answer, that are kept. */
export const MOST_TEXT = 8192;

/** Pairs of a store that wait to be counted; further ones are let go, so that a slow store does not pile them up. */
export const MOST_WAITING = 500;

const PAIRS = 'semantic-review/';
const TOTALS = 'semantic-shadow/';
const MOST_TRIES = 20;

const placeOf = (namespace: string): string => `${PAIRS}${encodeURIComponent(namespace)}/`;
/** The pairs take the places of those that are oldest, so that nothing has to be listed or deleted. */
const recordOf = (namespace: string, id: number): string => placeOf(namespace) + String(id % MOST_PAIRS).padStart(4, '0');

/** Notes a pair for review and counts it. Fails with the store's error; where others write all the time, or very many wait, it is let go. */
export async function noteShadow(store: Pick<Store, 'get' | 'records'>, { match, namespace, format, answer, at, cost }: Shadow): Promise<void> {
  const { records } = store;
  const id = await countOne(records, namespace, at, cost);
  if (id === undefined) return;
  const entry = await store.get(match.id);
  const { asked, matched, scope, strategy, similarity, probability } = match;
  const pair: ReviewPair = {
    id, namespace, asked: cut(asked), matched: cut(matched), scope, ...([asked, matched].some(isLong) && { digest: digestOf(match) }), strategy, similarity, ...(probability !== undefined && { probability }),
    ...(entry && { stored: cut(answerText(entry, format)) }), answer: cut(answer), at,
  };
  const name = recordOf(namespace, id);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await records.get(name);
    const there = read(before?.value);
    if (there && there.id > id && there.at >= at) return;   // a newer one was faster
    if (await records.put(name, JSON.stringify(pair), before?.version)) return;
  }
}

/** The text of a stored answer. */
export function answerText({ whole, stream }: Pick<Entry, 'whole' | 'stream'>, format: Pick<Format, 'inspect'>): string {
  if (whole) return format.inspect(whole, 'whole').text;
  return stream ? format.inspect(stream, 'stream').text : '';
}

const isLong = (text: string): boolean => text.length > MOST_TEXT;
const cut = (text: string): string => (isLong(text) ? `${text.slice(0, MOST_TEXT)}...` : text);

/** What this process counts, one after the other: of many that begin at once all but one would have to try again. */
const turns = new WeakMap<Records, { last: Promise<unknown>; waiting: number }>();

async function countOne(records: Records, namespace: string, at: Milliseconds, cost: Usd | undefined): Promise<number | undefined> {
  const queue = turns.get(records) ?? { last: Promise.resolve(), waiting: 0 };
  turns.set(records, queue);
  if (queue.waiting >= MOST_WAITING) return undefined;
  queue.waiting++;
  const turn = queue.last.then(() => countNow(records, namespace, at, cost)).finally(() => queue.waiting--);
  queue.last = turn.catch(() => {});
  return turn;
}

/** Counts a hit that was none; gives its number, from 1. */
async function countNow(records: Records, namespace: string, at: Milliseconds, cost: Usd | undefined): Promise<number | undefined> {
  const name = TOTALS + encodeURIComponent(namespace);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await records.get(name);
    const before = readTotals(found?.value) ?? (await beginTotals(records, namespace, at));
    const { hits, saved, unpriced } = before;
    const after: Totals = { ...before, hits: hits + 1, saved: saved + (cost ?? 0), unpriced: unpriced + (cost === undefined ? 1 : 0) };
    if (await records.put(name, JSON.stringify(after), found?.version)) return after.hits;
  }
  return undefined;
}

/** As the record has it. */
interface Totals extends Omit<ShadowTotals, 'misses'> {
  /** The statistics at that time: since when they count, and the misses up to then. */
  readonly counted?: { readonly since: Milliseconds; readonly misses: number };
}

async function beginTotals(records: Records, namespace: string, at: Milliseconds): Promise<Totals> {
  const stats = await readStats(records, namespace);
  return { since: at, hits: 0, saved: 0, unpriced: 0, ...(stats && { counted: { since: stats.since, misses: stats.misses } }) };
}

function readTotals(text: string | undefined): Totals | undefined {
  const json = text === undefined ? undefined : parseJson(text);
  const good = isObject(json) && ['since', 'hits', 'saved', 'unpriced'].every((member) => typeof json[member] === 'number');
  return good ? (json as unknown as Totals) : undefined;
}

/** What was counted in a namespace; `undefined` where nothing was. */
export async function shadowTotals(records: Records, namespace: string): Promise<ShadowTotals | undefined> {
  const totals = readTotals((await records.get(TOTALS + encodeURIComponent(namespace)))?.value);
  if (!totals) return undefined;
  const { counted, ...shown } = totals;
  const stats = await readStats(records, namespace);
  if (!stats || (counted && counted.since !== stats.since)) return shown;
  // A process adds its misses up to ten seconds later than its pairs.
  return { ...shown, misses: Math.max(shown.hits, stats.misses - (counted?.misses ?? 0)) };
}

/** The pairs that are kept, the newest first. */
export async function reviewPairs(records: Records, namespace: string): Promise<ReviewPair[]> {
  const found = await records.list(placeOf(namespace));
  return found.flatMap(({ value }) => read(value) ?? []).toSorted((a, b) => b.id - a.id);
}

/** Says of a pair what it was; with `wrong` it is never matched again. `undefined` where there is no such pair, or no longer. */
export async function labelPair(records: Records, namespace: string, id: number, said: Feedback): Promise<ReviewPair | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await records.get(recordOf(namespace, id));
    const pair = read(found?.value);
    if (!pair || pair.id !== id) return undefined;
    const labelled: ReviewPair = { ...pair, label: said };
    if (!(await records.put(recordOf(namespace, id), JSON.stringify(labelled), found?.version))) continue;
    if (pair.label !== said) await feedbackBook(records).add(pair, said);
    return labelled;
  }
  throw new Error(`The pair ${id} is being written by others all the time.`);
}

/** A pair as its record has it; a damaged one is none. */
function read(text: string | undefined): ReviewPair | undefined {
  const json = text === undefined ? undefined : parseJson(text);
  if (!isObject(json) || !Number.isSafeInteger(json.id) || typeof json.similarity !== 'number' || typeof json.at !== 'number') return undefined;
  if (json.digest !== undefined && typeof json.digest !== 'string') return undefined;
  if (!['namespace', 'asked', 'matched', 'scope', 'strategy', 'answer'].every((member) => typeof json[member] === 'string')) return undefined;
  return json.label === undefined || FEEDBACK.includes(json.label as Feedback) ? (json as unknown as ReviewPair) : undefined;
}
