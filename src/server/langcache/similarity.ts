/**
 * Thresholds of LangCache, 0.85 by default, are made for embedders under which good rewordings have cosines of 0.85 and more. Under the small
 * bundled vectors they have cosines from 0.4 on: similarities are told, and thresholds taken, on the scale that users of LangCache know. The
 * distance from equality is taken by a quarter, so that a cosine of 0.4 is 0.85, and one of 1 is 1. Other embedders' cosines stay as they are.
 */
export interface Scale {
  /** A cosine as callers see it: 0 to 1. */
  similarity(cosine: number): number;
  /** The lowest cosine for a threshold. */
  least(threshold: number): number;
}

/** How much of a distance is told with the bundled vectors. */
const BUNDLED_SHARE = 0.25;

const within = (least: number, most: number, value: number) => Math.min(most, Math.max(least, value));

export function scaleOf(isBundled: boolean): Scale {
  const share = isBundled ? BUNDLED_SHARE : 1;
  return {
    similarity: (cosine) => within(0, 1, 1 - (1 - cosine) * share),
    // A similarity of 0 is also what all below it is called.
    least: (threshold) => (threshold <= 0 ? -1 : within(-1, 1, 1 - (1 - threshold) / share)),
  };
}
