import { CalibrationError } from '../base/errors.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';
import { openEmbedder } from '../embedders/open.ts';
import type { EntryKind } from '../model/entry.ts';
import type { Abilities, Store } from '../stores/store.ts';
import { calibrationFile, type ModelFolder, modelFolder } from './bundled.ts';
import { type CalibrationTable, readCalibration, thresholdFor } from './calibration.ts';
import { bundledFinder, embedderFinder, type Finder } from './finder.ts';
import { BUILT_IN, createGuards, type GuardCheck } from './guards/guards.ts';
import { allOf } from './judges/all-of.ts';
import { bundledJudge } from './judges/bundled-judge.ts';
import type { PairJudge } from './judges/pair-judge.ts';
import { resting } from './judges/resting.ts';
import { normalForm } from './normal-form.ts';
import { createMeaning } from './create-meaning.ts';
import type { Meaning } from './meaning.ts';
import { createJudge } from './model/judge.ts';
import { readyRules } from './personal.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { readText } from './text/read-text.ts';
import { inTurns, turn } from './turns.ts';

/** What matching by meaning is put together from. */
export interface AssembleParts {
  readonly options: ResolvedSemantic;
  readonly store: Store;
  readonly abilities: Abilities;
  readonly clock: Clock;
  /** Which entries are matched. @default 'llm' */
  readonly kind?: EntryKind;
  readonly timeBound: (text: string) => boolean;
  readonly onTrouble: (error: unknown) => void;
}

/** Decides, with whatever judges and rates were asked for. */
export interface Decider {
  readonly judge: PairJudge;
  /** The lowest probability to serve; of this rate of false hits, or of the one that the options name. */
  thresholdFor(maxFalseHits?: number): number | undefined;
  /** Who judges at the rate of one request; `undefined` where none can be applied: there is no table, or judges that decide by themselves. */
  judgeFor(maxFalseHits: number): PairJudge | undefined;
}

/**
 * Loads the model's small half and puts everything together; the judge's thread starts with the first pair. A model that is not there
 * or damaged is a `ModelFileError`, a rate of false hits that no table is about a `CalibrationError`.
 */
export async function assembleMeaning(parts: AssembleParts): Promise<Meaning> {
  const { options, clock } = parts;
  const folder = modelFolder(options.model);
  const guards = createGuards(options.guards);
  const [finder, decider] = await Promise.all([openFinder(options, folder, clock), openDecider(options, folder, parts.onTrouble, clock), warm(guards, parts.timeBound)]);
  return createMeaning({
    ...parts,
    finder,
    judge: decider.judge,
    thresholdFor: decider.thresholdFor,
    judgeFor: decider.judgeFor,
    guards,
    now: () => clock.elapsed(),
  });
}

/** Each is read by some of the rules that tell questions about now, all by all of them. */
const ABOUT_NOW = ['Boil an egg', 'Now "today"', 'The trip was last night. What then?', 'Is it today?', 'What is the weather?', 'I am current', 'How do I go these days?', 'Count days until I may'];

/** The first texts that are read and the first pair that guards look at take some 50 ms, in which their rules are compiled: not in somebody's lookup. */
async function warm(guards: GuardCheck, timeBound: (text: string) => boolean): Promise<void> {
  const [asked, stored] = [readText('How do I convert 5 km to miles in "Maps" 2.1 for Anna?'), readText('how can I turn 5 kilometres into miles with "Maps" 2.1 for Anna')];
  await turn();
  normalForm(asked.text);
  for (const _ of guards.steps?.(asked, stored) ?? []) await turn();
  await inTurns(readyRules());
  for (const text of ABOUT_NOW) {
    await turn();
    timeBound(text);
  }
}

/** Embedder and judge have a little less time than the lookup, so that it is known which of them was late, and one that hangs is noticed. */
const shareOf = (timeout: Milliseconds): Milliseconds => timeout * 0.9;

/** Whoever gives texts their vectors. */
export async function openFinder(options: ResolvedSemantic, folder: ModelFolder, clock: Clock): Promise<Finder> {
  const { embedder: named, minSimilarity } = options;
  const embedder = openEmbedder(named, { clock });
  if (!embedder) return bundledFinder(folder.finder, minSimilarity);
  return embedderFinder(embedder, { clock, timeout: shareOf(options.timeout) }, minSimilarity);
}

/** Whoever decides, and from which probability on. */
export async function openDecider(options: ResolvedSemantic, folder: ModelFolder, onTrouble: (error: unknown) => void, clock: Clock = systemClock): Promise<Decider> {
  const { target, judges } = options;
  const opened = judges.map((judge) => (judge === 'bundled' ? bundledJudge(createJudge({ load: () => folder.judge, timeLimit: shareOf(options.timeout), onTrouble })) : resting(judge, { clock, patience: options.timeout / 2 })));
  const rated = await rating(options, folder, opened);
  // Of several, those that give a probability are held against the threshold, and those that decide have the last word.
  const passes = (judge: PairJudge, rate?: number) => (probability: number): boolean => {
    const least = rated(judge, rate);
    return least !== undefined && probability >= least;
  };
  const [only] = opened;
  const judgeAt = (rate?: number): PairJudge =>
    opened.length === 1 && only ? only : allOf(opened, (judged, { probability, same, whole }) => whole && (same ?? passes(judged, rate)(probability)));
  const judge = judgeAt();
  const takesRates = 'maxFalseHits' in target && opened.some(({ decides }) => !decides);
  return {
    judge,
    thresholdFor: (rate) => ('threshold' in target && rate === undefined ? target.threshold : rated(judge, rate)),
    judgeFor: (rate) => (takesRates ? judgeAt(rate) : undefined),
  };
}

type Rating = (judge: PairJudge, rate?: number) => number | undefined;

async function rating(options: ResolvedSemantic, folder: ModelFolder, opened: readonly PairJudge[]): Promise<Rating> {
  const { target, calibration, judges, guards, embedder } = options;
  if ('threshold' in target) return () => target.threshold;
  // Judges that decide by themselves need no table, and the bundled one has its own, which speaks of the candidates that the bundled vectors find.
  const others = judges.filter((judge) => judge !== 'bundled' && !judge.decides);
  if (calibration === undefined && others.length > 0) throw uncalibrated('this judge');
  if (calibration === undefined && judges.includes('bundled') && embedder !== 'bundled') throw uncalibrated('the bundled judge with this embedder');
  const table = await tableOf(calibration, folder, judges.includes('bundled'));
  if (!table) return () => undefined;
  if (calibration !== undefined) await checkJudge(table, opened);
  const off = (guards.off ?? []).filter((name) => table.guards.includes(name) && BUILT_IN.some((guard) => guard.name === name));
  if (off.length > 0 && calibration === undefined) {
    throw new CalibrationError(`The bundled table was measured with the guards ${off.join(', ')}. Without them maxFalseHits needs a table of its own: \`reprise calibrate --pairs FILE\`, or give \`semantic.threshold\`.`);
  }
  return (_, rate = target.maxFalseHits) => thresholdFor(table, rate);
}

const uncalibrated = (what: string) =>
  new CalibrationError(
    `maxFalseHits needs a table measured for ${what}: make one by \`reprise calibrate --pairs FILE\` and give it as \`semantic.calibration\`, or give \`semantic.threshold\`.`,
  );

/** A table of the user's must be one of a judge in use. That of the package goes with its files, which a test compares. */
async function checkJudge(table: CalibrationTable, opened: readonly PairJudge[]): Promise<void> {
  const used = await Promise.all(opened.filter(({ decides }) => !decides).map((judge) => judge.fingerprint()));
  if (used.length === 0 || used.includes(table.judge)) return;
  throw new CalibrationError(`The calibration table was measured with the judge ${table.judge}, and in use is ${used.join(', ')}: make one by \`reprise calibrate --pairs FILE\`.`);
}

async function tableOf(given: string | CalibrationTable | undefined, folder: ModelFolder, bundled: boolean): Promise<CalibrationTable | undefined> {
  if (typeof given === 'string') return calibrationFile(given);
  if (given) return readCalibration(given, 'The option semantic.calibration');
  return bundled ? folder.calibration() : undefined;
}
