import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../src/base/clock.ts';
import { isTimeBound } from '../../src/flow/time-bound/time-bound.ts';
import type { Query } from '../../src/semantic/pair-lines.ts';
import { type Replayed, replay } from '../../src/semantic/replay.ts';
import { jsonLines } from './groups.ts';
import { shipped } from './systems.ts';

/** What a stream came to, at several settings and with other systems. */
export interface StreamResult {
  readonly replayed: readonly { readonly maxFalseHits: number; readonly found: Replayed }[];
  readonly baselines: readonly StreamBaseline[];
}

/** Another system on the same stream, as `models/recipe/baselines.py --stream` measures it. */
export interface StreamBaseline {
  readonly name: string;
  readonly rows: readonly { readonly threshold: number; readonly rewordedHits: number; readonly falseHits: number }[];
}

/** Asks the stream's questions of an empty cache, once a setting. */
export async function replayStream(
  file: string,
  { rates, most, model, onProgress }: { rates: readonly number[]; most: number | undefined; model: string | undefined; onProgress: (done: number, of: number) => void },
): Promise<StreamResult['replayed']> {
  const queries = jsonLines<Query>(textOf(file)).slice(0, most);
  const found: { maxFalseHits: number; found: Replayed }[] = [];
  for (const [at, maxFalseHits] of rates.entries()) {
    const options = { ...shipped(model), target: { maxFalseHits } };
    const context = {
      clock: systemClock,
      timeBound: (text: string) => isTimeBound(text),
      onProgress: (done: number) => onProgress(at * queries.length + done, rates.length * queries.length),
    };
    found.push({ maxFalseHits, found: await replay(listed(queries), options, context) });
  }
  return found;
}

async function* listed<T>(some: readonly T[]): AsyncGenerator<T> {
  yield* some;
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
