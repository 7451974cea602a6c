import type { ReadText } from '../text/read-text.ts';

/**
 * Looks at two texts and vetoes a match, with the reason. Pure, fast, the same from both sides, and sure: a good rewording that is
 * vetoed costs a hit, while what a guard lets pass is still read by the judge.
 */
export interface Guard {
  /** Under which it is reported and can be switched off. */
  readonly name: string;
  /** Why one answer cannot serve both texts, in a few words for the log; `undefined` where nothing speaks against it. */
  veto(a: ReadText, b: ReadText): string | undefined;
}

/** What a guard had against a match. */
export interface Veto {
  readonly guard: string;
  readonly why: string;
}
