import type { Milliseconds, Usd } from '../base/units.ts';
import type { Form } from './entry.ts';
import type { Step } from './steps.ts';
import type { Usage } from './usage.ts';

/** What became of a request. */
export type OutcomeKind = 'exact' | 'normalised' | 'semantic' | 'joined' | 'stale' | 'miss' | 'bypass';

/** The answer at once, and what is known only when a stream has ended. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly answer: Answer;
  /** Id of the entry that was served, or under which the answer is stored if it is admitted; with `items`, of the request alone. */
  readonly id: string;
  /** How many things the request asked for, where each has an entry of its own (texts to embed) and nothing is stored under `id`. */
  readonly items?: number;
  readonly model?: string;
  /** How old the served answer is; 0 for a new one. */
  readonly age: Milliseconds;
  /** How long it stays fresh; negative for a stale one, absent when it never expires or is not known yet. */
  readonly freshFor?: Milliseconds;
  /** How the answer was found by meaning; or, with `kind` `miss` in the mode `shadow`, how another would have been. */
  readonly match?: Match;
  /** The stops on the path so far. `settled` adds more. */
  readonly steps: readonly Step[];
  /** Resolves when the answer has ended and has been stored or not. Never rejects. */
  readonly settled: Promise<Settled>;
}

/** By what a stored answer was found that is not under the request's own key, or would have been. */
export interface Match {
  readonly strategy: 'normalised' | 'semantic';
  /** Id of the entry that was found. */
  readonly id: string;
  /** The question that the answer was given to. */
  readonly matched: string;
  /** The question that was asked. */
  readonly asked: string;
  /** Inside which both were asked. */
  readonly scope: string;
  /** Cosine of the two questions' vectors; 1 for equal normal forms. */
  readonly similarity: number;
  /** Of the judge; absent where none was asked. */
  readonly probability?: number;
}

/** An answer in the form the caller wanted. */
export interface Answer {
  readonly status: number;
  /** A new answer has all headers of the source; a stored one those that may be replayed. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Form;
  /** All bytes at once, when they are there; else piece by piece. To be read once; leaving early is `return()`. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What is known of a request when all is over. */
export interface Settled {
  readonly stored: boolean;
  /** Why not, if not. */
  readonly why?: string;
  /** True when the source did not answer: an error status, an error inside the answer, a stream that broke off. */
  readonly failed?: boolean;
  /** As the provider billed the answer, now or when it was first given. */
  readonly usage?: Usage;
  /** What this request cost. 0 for a hit; `undefined` when the price is not known. */
  readonly cost?: Usd;
  /** What a hit saved. */
  readonly saved?: Usd;
}
