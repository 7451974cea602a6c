/**
 * Measures matching by meaning on the development data: `npm run eval`. What ships, out of the box, and what each part of it brings.
 *
 *     npm run eval -- [--development FOLDER [--stream [--stream-at 0.01,0.02]]] [--only SET,SET|none] [--sample N] [--model FOLDER]
 *                     [--baseline NAME=FILE.jsonl]... [--stream-baseline NAME=FILE.json]... [--json FILE] [--plots FOLDER] [--markdown]
 *     npm run eval -- --from REPORT.json [--from ...] [--plots FOLDER] [--markdown]      tables and plots of what --json wrote
 *     npm run eval -- --write-pairs FILE.jsonl [--only SET,SET]
 *
 * Thresholds were chosen on the authored development pairs themselves: how they hold elsewhere is for data that neither training nor
 * tuning has seen.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asMarkdown, asText } from '../bench/table.ts';
import { jsonLines } from './eval/groups.ts';
import { plotsOf } from './eval/plots.ts';
import { resultOf, type SetResult, withBaselines } from './eval/results.ts';
import { type EvalSet, sampled, setsOf, STREAM } from './eval/sets.ts';
import { replayStream, type StreamBaseline, type StreamResult } from './eval/stream.ts';
import { type Baseline, measure } from './eval/systems.ts';
import { streamTable, summary, tablesOf } from './eval/tables.ts';

const { values: flags } = parseArgs({
  options: {
    development: { type: 'string' },
    stream: { type: 'boolean', default: false },
    'stream-at': { type: 'string', default: '0.01' },
    only: { type: 'string' },
    sample: { type: 'string' },
    model: { type: 'string' },
    baseline: { type: 'string', multiple: true, default: [] },
    'stream-baseline': { type: 'string', multiple: true, default: [] },
    from: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    plots: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    'write-pairs': { type: 'string' },
  },
});

/** What `--json` writes. */
interface Report {
  readonly judge: string | undefined;
  readonly threshold: number | undefined;
  readonly sets: readonly SetResult[];
  readonly stream?: StreamResult;
}

async function main(): Promise<void> {
  const most = flags.sample === undefined ? undefined : wholeNumber(flags.sample, '--sample');
  const sets = chosen(setsOf(flags.development));
  if (flags['write-pairs'] !== undefined) return writePairs(flags['write-pairs'], flags.only === undefined ? sets.filter(({ name }) => name === 'authored') : sets, most);
  if (flags.stream && flags.development === undefined) throw new Error('--stream needs --development FOLDER.');

  const baselines = flags.baseline.map((given) => baselineOf(given));
  const report = flags.from.length > 0 ? joined(flags.from, baselines) : await measured(sets, most, baselines);
  const tables = [...(report.sets.length > 1 ? [summary(report.sets)] : []), ...report.sets.flatMap(tablesOf), ...(report.stream ? [streamTable(report.stream)] : [])];
  process.stdout.write(`${tables.map(flags.markdown ? asMarkdown : asText).join('\n')}\n`);
  process.stdout.write(`Judge ${report.judge ?? 'none'}, threshold ${report.threshold ?? 'none'}.\n`);
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (flags.plots !== undefined) writePlots(flags.plots, report.sets);
}

/** Several reports as one, which must be of the same judge, with the baselines that are given now. */
function joined(files: readonly string[], baselines: readonly Baseline[]): Report {
  const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
  const [first] = reports.filter(({ judge }) => judge !== undefined);
  const other = reports.find(({ judge, threshold }) => judge !== undefined && (judge !== first?.judge || threshold !== first?.threshold));
  if (other) throw new Error(`The reports are of two judges or thresholds: ${first?.judge}, ${first?.threshold} and ${other.judge}, ${other.threshold}.`);
  const all = setsOf(flags.development);
  const sets = reports.flatMap((report) => report.sets).map((result) => withBaselines(result, all.find(({ name }) => name === result.name)?.pairs() ?? [], baselines));
  const stream = reports.findLast((report) => report.stream)?.stream;
  return { judge: first?.judge, threshold: first?.threshold, sets, ...(stream && { stream }) };
}

async function measured(sets: readonly EvalSet[], most: number | undefined, baselines: readonly Baseline[]): Promise<Report> {
  const found: SetResult[] = [];
  let judge: string | undefined;
  let threshold: number | undefined;
  for (const set of sets) {
    const pairs = sampled(set.pairs(), most);
    const { rows, ...what } = await measure(set, pairs, flags.model, progress(set.title, pairs.length));
    ({ judge, threshold } = what);
    found.push(resultOf(set, { rows, ...what }, baselines));
  }
  return { judge, threshold, sets: found, ...(flags.stream && { stream: await stream(most) }) };
}

async function stream(most: number | undefined): Promise<StreamResult> {
  const rates = flags['stream-at'].split(',').map(Number);
  if (!rates.every((rate) => rate > 0 && rate < 1)) throw new Error(`--stream-at must be rates between 0 and 1, with commas, but is ${flags['stream-at']}.`);
  const told = progress('The stream', undefined);
  const replayed = await replayStream(join(flags.development!, STREAM), { rates, most, model: flags.model, onProgress: told });
  const baselines = flags['stream-baseline'].map((given) => named(given, (text) => JSON.parse(text) as StreamBaseline['rows']));
  return { replayed, baselines: baselines.map(({ name, value }) => ({ name, rows: value })) };
}

function chosen(sets: readonly EvalSet[]): readonly EvalSet[] {
  if (flags.only === undefined) return sets;
  if (flags.only === 'none') return [];
  const names = flags.only.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !sets.some((set) => set.name === name));
  if (unknown !== undefined) throw new Error(`There is no set ${unknown}; there are ${sets.map(({ name }) => name).join(', ')}.`);
  return sets.filter(({ name }) => names.includes(name));
}

/** Pairs for systems that are not part of this: they give back `{ "id", "score" }` a line, for `--baseline`. */
function writePairs(file: string, sets: readonly EvalSet[], most: number | undefined): void {
  const pairs = sets.flatMap((set) => sampled(set.pairs(), most));
  const unique = [...new Map(pairs.map((pair) => [pair.id, pair])).values()];
  writeFileSync(file, unique.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  process.stdout.write(`${unique.length} pairs written to ${file}.\n`);
}

function writePlots(folder: string, sets: readonly SetResult[]): void {
  mkdirSync(folder, { recursive: true });
  for (const set of sets) for (const [name, text] of Object.entries(plotsOf(set))) writeFileSync(join(folder, name), text);
}

function baselineOf(given: string): Baseline {
  const { name, value } = named(given, (text) => jsonLines<{ id: string; score: number }>(text));
  return { name, scores: new Map(value.map(({ id, score }) => [id, score])) };
}

function named<T>(given: string, read: (text: string) => T): { name: string; value: T } {
  const at = given.indexOf('=');
  if (at <= 0) throw new Error(`A baseline is NAME=FILE, and not ${given}.`);
  return { name: given.slice(0, at), value: read(readFileSync(given.slice(at + 1), 'utf8')) };
}

function wholeNumber(text: string, name: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name} must be a whole number, but is ${text}.`);
  return Number(text);
}

/** Tells each tenth part that is done. */
function progress(what: string, total: number | undefined): (done: number, of?: number) => void {
  let told = 0;
  return (done, of = total ?? 0) => {
    const tenth = Math.floor((10 * done) / of);
    if (tenth === told) return;
    told = tenth;
    process.stderr.write(`  ${what}: ${done} of ${of}\n`);
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
