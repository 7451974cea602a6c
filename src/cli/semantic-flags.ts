import type { Command } from 'commander';
import { type ResolvedOptions, resolveOptions } from '../options.ts';
import { isTimeBound } from '../flow/time-bound/time-bound.ts';
import { systemClock } from '../base/clock.ts';
import type { ScorerContext } from '../semantic/score.ts';
import { cacheOptions } from './core-options.ts';
import { CliError } from './exit-codes.ts';
import { linesOf, tellBadLines, type BadLine } from './lines.ts';
import { count, note, sayJson } from './output.ts';
import { addSettings, readSettings } from './settings.ts';

/** Flags of the commands that measure matching by meaning, besides those that are settings. */
export interface SemanticFlags {
  readonly model?: string;
  readonly json?: true;
}

/** Measuring waits for embedder and judge, however busy the machine is: time is not what is measured. */
const PATIENCE = '60s';

export const addModel = (command: Command): Command => command.option('--model <folder>', 'Model files of your own, as the recipe in models/ writes them. Default: the bundled ones.');

/** Puts the flags on a command. */
export const addSemanticFlags = (command: Command): Command => addModel(addSettings(command, ['maxFalseHits', 'turns', 'embedder', 'calibration']));

/** The options that flags and settings mean. */
export function semanticOf(flags: SemanticFlags & Record<string, unknown>): ResolvedOptions['semantic'] {
  const { semantic = {} } = cacheOptions(readSettings(flags));
  const options = typeof semantic === 'string' ? {} : semantic;
  return resolveOptions({ semantic: { ...options, mode: 'on', timeout: PATIENCE, ...(flags.model !== undefined && { model: flags.model }) } }).semantic;
}

/** What decisions are made with here. */
export const context = (): ScorerContext => ({
  clock: systemClock,
  timeBound: (text) => isTimeBound(text),
  onTrouble: (error) => note(error instanceof Error ? error.message : String(error)),
});

/** Reads all lines once, so that nothing is done where one is bad, and says how many there are. */
export async function checkLines(path: string, read: (text: string) => { readonly wrong: string } | object, json: boolean, limit = Infinity): Promise<number> {
  const bad: BadLine[] = [];
  let lines = 0;
  for await (const { number, text } of linesOf(path)) {
    if (++lines > limit) break;
    const found = read(text);
    if ('wrong' in found) bad.push({ line: number, why: String(found.wrong) });
  }
  if (bad.length > 0) {
    tellBadLines(bad);
    if (json) sayJson({ lines, bad });
    throw new CliError('failed', `${count(bad.length, 'line is', 'lines are')} bad, and nothing was done.`, { code: 'BAD_LINES' });
  }
  return Math.min(lines, limit);
}

/** What the lines of a checked file say, in their order. */
export async function* valuesOf<T>(path: string, read: (text: string) => { readonly value: T } | { readonly wrong: string }, limit = Infinity): AsyncGenerator<T> {
  let lines = 0;
  for await (const { number, text } of linesOf(path)) {
    if (++lines > limit) return;
    const found = read(text);
    if ('wrong' in found) throw new CliError('failed', `Line ${number} changed while it was read: ${found.wrong}`, { code: 'BAD_LINES' });
    yield found.value;
  }
}
