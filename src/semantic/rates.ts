/** The modes of matching by meaning, wherever they are said. */
export const MODES = ['off', 'shadow', 'on'] as const;
/** What somebody may say of a hit by meaning. */
export const FEEDBACK = ['wrong', 'right'] as const;
/** The range of `maxFalseHits`, and what it is where nobody says. */
export const FALSE_HITS = { least: 0.001, most: 0.2, default: 0.01 } as const;

/**
 * `off`: exact hits only. `shadow`: everything runs, is reported and counted, and the provider is asked all the same. `on`: hits are served.
 */
export type SemanticMode = (typeof MODES)[number];
/** What somebody says of an answer that was served by meaning. */
export type Feedback = (typeof FEEDBACK)[number];
