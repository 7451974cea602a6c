import * as v from 'valibot';
import { OptionError } from '../base/errors.ts';
import { type Bytes, type Duration, type Milliseconds, toByteCount, toMilliseconds } from '../base/units.ts';
import type { Embedder } from '../embedders/embedder.ts';
import type { CalibrationTable } from './calibration.ts';
import type { GuardOptions } from './guards/guards.ts';
import type { PairJudge } from './judges/pair-judge.ts';
import { FALSE_HITS, MODES, type SemanticMode } from './rates.ts';

/** How questions are matched by meaning. Everything may be left out. */
export interface SemanticOptions {
  /** @default 'on' */
  mode?: SemanticMode;
  /**
   * Whether a single request, by header or directive, may ask for less only: not for a wider mode (`off`, `shadow`, `on`), nor for a higher rate of false
   * hits, nor for a rate in place of a `threshold`.
   * @default false
   */
  fixed?: boolean;
  /**
   * Of the lookups that have no right answer stored, the share that may be served one all the same: 0.001 to 0.2. By the table that was
   * measured for the bundled model and guards; other judges need a `calibration` of their own.
   * @default 0.01
   */
  maxFalseHits?: number;
  /** The lowest probability of the judge that is a hit, 0 to 1, in place of `maxFalseHits`. What share of hits is wrong then, nobody says. */
  threshold?: number;
  /** Table for another judge or embedder, as `reprise calibrate` writes it: a file, or its content. */
  calibration?: string | CalibrationTable;
  /**
   * `equal`: earlier turns of the conversation must be the same. `judged`: guards and judge read the whole conversation. Experimental: the bundled
   * judge knows few rewordings of whole conversations.
   * @default 'equal'
   */
  turns?: 'equal' | 'judged';
  /** Whether texts that are equal but for case, white space, closing punctuation and politeness are a hit without being judged. @default true */
  normalised?: boolean;
  /** The most stored questions that are looked at: 1 to 64. @default 8 */
  candidates?: number;
  /** Of these, the most that the judge reads: 1 to 16. @default 2 */
  maxJudged?: number;
  /** The lowest cosine similarity of a candidate: 0 to 1. @default 0.3 with the bundled embedder, else 0.6 */
  minSimilarity?: number;
  /** Guards to switch off by name, and guards to add. */
  guards?: GuardOptions;
  /** Who decides: the bundled model, or judges of your own, of which all must agree. @default 'bundled' */
  judge?: 'bundled' | PairJudge | readonly ('bundled' | PairJudge)[];
  /** What finds candidates: the bundled model, an embedder, or the name of one, such as `ollama:nomic-embed-text`. @default 'bundled' */
  embedder?: string | Embedder;
  /** Folder with model files of your own, as the recipe in `models/` writes them. @default the bundled ones */
  model?: string;
  /** Whether questions about now ("today", "latest") may be matched. @default false */
  timeBound?: boolean;
  /** Whether questions about the one who asks ("my order", "remind me") may be matched. @default false */
  personal?: boolean;
  /** The longest that a lookup by meaning may take before it is a miss. @default 2000 */
  timeout?: Duration;
  /** Characters of a text beyond which it is not matched: 1 to 50,000. @default 8000 */
  maxLength?: number;
  /** Lookups by meaning per second and tenant; more are misses. @default 100 */
  perSecond?: number;
  /** The most memory that the index in the process takes. @default '512MiB' */
  maxIndexBytes?: Bytes | string;
}

/** The options with every default in place. */
export interface ResolvedSemantic {
  readonly mode: SemanticMode;
  readonly fixed: boolean;
  readonly target: { readonly maxFalseHits: number } | { readonly threshold: number };
  readonly calibration: string | CalibrationTable | undefined;
  readonly turns: 'equal' | 'judged';
  readonly normalised: boolean;
  readonly candidates: number;
  readonly maxJudged: number;
  readonly minSimilarity: number | undefined;
  readonly guards: GuardOptions;
  readonly judges: readonly ('bundled' | PairJudge)[];
  readonly embedder: string | Embedder;
  readonly model: string | undefined;
  readonly timeBound: boolean;
  readonly personal: boolean;
  readonly timeout: Milliseconds;
  readonly maxLength: number;
  readonly perSecond: number;
  readonly maxIndexBytes: Bytes;
}

const between = (least: number, most: number) => {
  const what = `a number from ${least} to ${most}`;
  return v.pipe(v.number(what), v.minValue(least, what), v.maxValue(most, what));
};
const whole = (least: number, most: number) => {
  const what = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what));
};
const judge = v.union(
  [v.literal('bundled'), v.custom((value) => typeof (value as PairJudge | null)?.judge === 'function')],
  "'bundled' or a judge, as llmJudge, rerankerJudge and functionJudge make them",
);
const mode = v.picklist(MODES, "'off', 'shadow' or 'on'");

const object = v.strictObject(
  {
    mode: v.optional(mode),
    fixed: v.optional(v.boolean('true or false')),
    maxFalseHits: v.optional(between(FALSE_HITS.least, FALSE_HITS.most)),
    threshold: v.optional(between(0, 1)),
    calibration: v.optional(v.union([v.string(), v.object({})], 'a file, or its content')),
    turns: v.optional(v.picklist(['equal', 'judged'], "'equal' or 'judged'")),
    normalised: v.optional(v.boolean('true or false')),
    candidates: v.optional(whole(1, 64)),
    maxJudged: v.optional(whole(1, 16)),
    minSimilarity: v.optional(between(0, 1)),
    guards: v.optional(v.strictObject({ off: v.optional(v.array(v.string())), add: v.optional(v.array(v.object({}))) }, 'an object with off and add')),
    judge: v.optional(v.union([judge, v.pipe(v.array(judge), v.minLength(1))], "'bundled', a judge, or several")),
    embedder: v.optional(
      v.union(
        [v.string(), v.custom((value) => typeof (value as Embedder | null)?.embed === 'function')],
        "'bundled', the name of an embedder such as 'ollama:nomic-embed-text', or an embedder",
      ),
    ),
    model: v.optional(v.string('a folder')),
    timeBound: v.optional(v.boolean('true or false')),
    personal: v.optional(v.boolean('true or false')),
    timeout: v.optional(v.union([v.number(), v.string()], "a number of milliseconds, or a text such as '2s'")),
    maxLength: v.optional(whole(1, 50_000)),
    perSecond: v.optional(between(0.001, 1e6)),
    maxIndexBytes: v.optional(v.union([v.number(), v.string()], "a number of bytes, or a text such as '512MiB'")),
  },
  (issue) => (issue.expected === 'never' ? 'left out, as there is no such option' : 'an object'),
);

/** What the option `semantic` may be. Only what is no object is refused as a whole, so that a refusal names the member that is wrong. */
export const semanticSchema = v.lazy((given) =>
  typeof given === 'object' && given !== null && !Array.isArray(given) ? object : v.picklist(MODES, "'off', 'shadow', 'on', or an object of options"),
);

/** Fills in the defaults of a checked option. */
export function resolveSemantic(given: SemanticMode | SemanticOptions = 'off'): ResolvedSemantic {
  const options = typeof given === 'string' ? { mode: given } : given;
  if (options.maxFalseHits !== undefined && options.threshold !== undefined) {
    throw new OptionError('semantic.threshold', 'left out where maxFalseHits is given', options.threshold);
  }
  const { judge: judges = 'bundled' } = options;
  return {
    mode: options.mode ?? 'on',
    fixed: options.fixed ?? false,
    target: options.threshold === undefined ? { maxFalseHits: options.maxFalseHits ?? FALSE_HITS.default } : { threshold: options.threshold },
    calibration: options.calibration,
    turns: options.turns ?? 'equal',
    normalised: options.normalised ?? true,
    candidates: options.candidates ?? 8,
    maxJudged: options.maxJudged ?? 2,
    minSimilarity: options.minSimilarity,
    guards: options.guards ?? {},
    judges: Array.isArray(judges) ? judges : [judges as 'bundled' | PairJudge],
    embedder: options.embedder ?? 'bundled',
    model: options.model,
    timeBound: options.timeBound ?? false,
    personal: options.personal ?? false,
    timeout: toMilliseconds(options.timeout ?? 2000, 'semantic.timeout'),
    maxLength: options.maxLength ?? 8000,
    perSecond: options.perSecond ?? 100,
    maxIndexBytes: toByteCount(options.maxIndexBytes ?? '512MiB', 'semantic.maxIndexBytes'),
  };
}
