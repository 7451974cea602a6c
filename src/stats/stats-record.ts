import { isObject, parseJson, type Json } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';
import { readTally, Tally, type TallyJson } from './tally.ts';

/** The statistics of a namespace as all processes see them, in one record `stats/<namespace>`, to which each adds what it counted. */
export interface StatsRecord {
  readonly v: 1;
  readonly since: Milliseconds;
  readonly tally: TallyJson;
  /**
   * The number of the last addition of each writer, the latest writers last. A write that seemed to fail but did not is known by it, and
   * is not added twice.
   */
  readonly writers: readonly (readonly [id: string, addition: number])[];
}

const MOST_WRITERS = 100;

/** The name of the record of a namespace. */
export const statsRecordName = (namespace: string): string => `stats/${namespace}`;

/** What one writer adds. */
export interface Addition {
  readonly writer: string;
  readonly number: number;
  readonly tally: TallyJson;
  readonly since: Milliseconds;
}

/** The text of a record with one more addition. */
export function recordWith(before: StatsRecord | undefined, addition: Addition): string {
  const { writer, number, since } = addition;
  const tally = new Tally();
  if (before) tally.merge(before.tally);
  tally.merge(addition.tally);
  const others = (before?.writers ?? []).filter(([id]) => id !== writer);
  const record: StatsRecord = {
    v: 1,
    since: Math.min(before?.since ?? since, since),
    tally: tally.toJSON(),
    writers: [...others, [writer, number] as const].slice(-MOST_WRITERS),
  };
  return JSON.stringify(record);
}

/** A record; `undefined` for a damaged one, which may be written over; `newer` for one of a later version, which may not. */
export function readStatsRecord(text: string): StatsRecord | 'newer' | undefined {
  const json = parseJson(text);
  if (!isObject(json)) return undefined;
  if (json.v !== 1) return typeof json.v === 'number' && json.v > 1 ? 'newer' : undefined;
  const tally = readTally(json.tally);
  if (!tally || typeof json.since !== 'number' || !Array.isArray(json.writers)) return undefined;
  const writers = (json.writers as readonly Json[]).filter(isWriter);
  return { v: 1, since: json.since, tally, writers };
}

function isWriter(json: Json): json is [string, number] {
  return Array.isArray(json) && typeof json[0] === 'string' && typeof json[1] === 'number';
}
