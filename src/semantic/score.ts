import type { Clock } from '../base/clock.ts';
import { EmbedderError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { createKeys, type Keys } from '../keys/keys.ts';
import { openAiChat } from '../providers/openai-chat.ts';
import { type Decider, openDecider, openFinder } from './assemble.ts';
import { modelFolder } from './bundled.ts';
import { type Decision, decide } from './decide.ts';
import { exclusion } from './exclusion.ts';
import type { Finder, Placed } from './finder.ts';
import { createGuards, type GuardCheck } from './guards/guards.ts';
import { normalForm } from './normal-form.ts';
import type { Pair, Side } from './pair-lines.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { storyOf, withStory } from './story.ts';
import { readText } from './text/read-text.ts';

/** By how much a veto lowers the number by which pairs are compared. */
export const VETO_FACTOR = 0.05;

/** One number for every pair, whatever decided it, so that all can be put in one order: 0 to 1. */
export function comparable({ strategy, vetoes, probability }: Pick<Decision, 'strategy' | 'vetoes' | 'probability'>): number {
  if (vetoes.length > 0) return (probability ?? 0) * VETO_FACTOR;
  return strategy === 'normalised' ? 1 : (probability ?? 0);
}

/** What a cache would make of a pair: the one question stored, the other asked. */
export interface Score {
  /** Whether the stored answer would be served at this setting. */
  readonly hit: boolean;
  /** Why not. */
  readonly why?: string;
  /** All that guards and judge say, also where it does not come to asking them in a cache. */
  readonly decision: Decision;
  /** Cosine of the two vectors, 1 for equal normal forms; absent where a text has no vector. */
  readonly similarity?: number;
}

/** Scores pairs as a cache with these options would decide them. */
export interface Scorer {
  /** Fails where judge or embedder fail. */
  score(pair: Pick<Pair, 'a' | 'b'>): Promise<Score>;
  /** The lowest probability that is a hit; `undefined` where none is. */
  readonly threshold: number | undefined;
  /** What judges, for a calibration table. */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}

export interface ScorerContext {
  readonly clock: Clock;
  readonly timeBound: (text: string) => boolean;
  readonly onTrouble?: (error: unknown) => void;
}

/** Opens what decides. Model files that are missing or damaged are a `ModelFileError`, a rate without a table a `CalibrationError`. */
export async function openScorer(options: ResolvedSemantic, { clock, timeBound, onTrouble = () => {} }: ScorerContext): Promise<Scorer> {
  const folder = modelFolder(options.model);
  const [finder, decider] = await Promise.all([openFinder(options, folder, clock), openDecider(options, folder, onTrouble)]);
  return createScorer({ options, finder, decider, guards: createGuards(options.guards), excluded: exclusion(options, timeBound) });
}

export interface ScorerParts {
  readonly options: ResolvedSemantic;
  readonly finder: Finder;
  readonly decider: Decider;
  readonly guards: GuardCheck;
  readonly excluded: (text: string) => string | undefined;
}

/**
 * A scorer of these parts. Pairs go the way of a lookup: the same scope (system prompt, parts that are no text), earlier turns by the rule,
 * what is never matched, the least similarity, guards, judge. Guards and judge are asked in any case, of whole conversations where earlier
 * turns differ. The similarity is that of the vectors themselves; an index with its 8 bits a dimension may be off by a hundredth.
 */
export function createScorer({ options, finder, decider, guards, excluded }: ScorerParts): Scorer {
  const keys = createKeys({ ignore: [], count: [] }, new Uint8Array(32));
  const threshold = decider.thresholdFor();
  const { signal } = new AbortController();

  async function place(text: string): Promise<Placed> {
    if (text.trim() === '' || text.length > options.maxLength) return { why: excluded(text) ?? 'it cannot be read' };
    try {
      return await finder.place(normalForm(text), signal);
    } catch (error) {
      if (error instanceof EmbedderError && error.reason === 'text') return { why: error.message };
      throw error;
    }
  }

  return {
    threshold,
    fingerprint: () => decider.judge.fingerprint(),
    async score({ a, b }) {
      const stored = questionOf(a, keys);
      const asked = questionOf(b, keys);
      const isSame = options.normalised && asked.text !== undefined && stored.text !== undefined && normalForm(asked.text) === normalForm(stored.text);
      const vectors = [await place(asked.text ?? ''), await place(stored.text ?? '')] as const;
      const similarity = isSame ? 1 : cosine(...vectors);

      const wholly = options.turns === 'judged' || asked.turns !== stored.turns || asked.text === undefined || stored.text === undefined;
      const [left, right] = wholly ? [asked.whole, stored.whole] : [asked.text, stored.text];
      const decision = await decide(readText(left), readText(right), { guards, judge: decider.judge, threshold, normalised: options.normalised, always: true }, signal);
      const apart = neverCompared(asked, stored) ?? (isSame ? undefined : notFound(vectors, similarity));
      const why = apart ?? decision.why;
      return { hit: apart === undefined && decision.hit, decision, ...(why !== undefined && { why }), ...(similarity !== undefined && { similarity }) };
    },
    async close() {
      await Promise.allSettled([decider.judge.close?.(), finder.close()]);
    },
  };

  /** Why a lookup for the one would not come upon the other. */
  function neverCompared(asked: Question, stored: Question): string | undefined {
    if (asked.text === undefined || stored.text === undefined) return 'a last message may not be matched';
    if (asked.scope !== stored.scope) return 'system prompts, or parts that are no text, differ';
    if (options.turns === 'equal' && asked.turns !== stored.turns) return 'earlier turns differ';
    return excluded(asked.text) ?? excluded(stored.text);
  }

  function notFound([asked, stored]: readonly [Placed, Placed], similarity: number | undefined): string | undefined {
    for (const placed of [asked, stored]) if ('why' in placed) return placed.why;
    const least = options.minSimilarity ?? finder.least;
    return similarity !== undefined && similarity >= least ? undefined : `the similarity is below ${least}`;
  }
}

/** How many pairs are under way at a time: the judge is kept busy, and its queue has room for long texts, of which several places are judged. */
const AT_A_TIME = 8;

/** Scores pairs as they are read, in their order. */
export async function* scoreAll<P extends Pair>(scorer: Scorer, pairs: AsyncIterable<P>): AsyncGenerator<{ readonly pair: P; readonly score: Score }> {
  const underWay: Promise<{ pair: P; score: Score }>[] = [];
  for await (const pair of pairs) {
    const scoring = scorer.score(pair).then((score) => ({ pair, score }));
    scoring.catch(() => {});   // told when its turn comes
    underWay.push(scoring);
    if (underWay.length >= AT_A_TIME) yield await underWay.shift()!;
  }
  for (const scoring of underWay) yield await scoring;
}

/** A question as a cache knows it. */
interface Question {
  readonly scope: string;
  readonly turns: string;
  readonly text: string | undefined;
  /** The whole conversation in words, or the text where there is no more. */
  readonly whole: string;
}

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions';

function questionOf(side: Side, keys: Keys): Question {
  const messages: readonly Json[] = typeof side === 'string' ? [{ role: 'user', content: side }] : side;
  const request = { url: URL_OF_CHAT, headers: {}, body: { model: 'gpt-5-mini', messages } };
  const { scope, turns = '', text, earlier } = keys.identify({ format: openAiChat, request, tenant: '', namespace: '' }).key();
  const whole = text === undefined ? storyOf(messages) : withStory(text, storyOf(earlier));
  return { scope, turns, text, whole };
}

function cosine(a: Placed, b: Placed): number | undefined {
  if (!('vector' in a && 'vector' in b)) return undefined;
  let dot = 0;
  let ofA = 0;
  let ofB = 0;
  for (const [at, x] of a.vector.entries()) {
    const y = b.vector[at]!;
    dot += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? undefined : Math.max(-1, Math.min(1, dot / Math.sqrt(ofA * ofB)));
}
