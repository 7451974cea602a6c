/** One stop on the path of a request, with its facts. The list of them is the log, the trace and what tests look at. */
export type Step =
  | { readonly at: 'policy'; readonly is: 'cacheable' | 'bypass' | 'read-only' | 'write-only'; readonly why?: string }
  | { readonly at: 'key'; readonly is: 'made' | 'remembered'; readonly id: string }
  | { readonly at: 'exact'; readonly is: 'hit' | 'none' | 'stale' | 'too old' | 'skipped' | 'underivable' | 'failed'; readonly why?: string }
  /** `followed`: another process makes the call already. */
  | { readonly at: 'flight'; readonly is: 'led' | 'joined' | 'followed' | 'left'; readonly why?: string }
  | SemanticStep
  /** What the caller said of an answer by meaning was noted, or names nothing that can be. */
  | { readonly at: 'feedback'; readonly is: 'noted' | 'refused'; readonly why?: string; readonly entry?: string }
  | { readonly at: 'call'; readonly is: 'answered' | 'failed'; readonly status?: number; readonly why?: string }
  | { readonly at: 'admit'; readonly is: 'stored' | 'refused'; readonly why?: string }
  | { readonly at: 'save'; readonly is: 'saved' | 'failed'; readonly why?: string };

/** The stop at which a question is matched by meaning; there is none where the mode is `off`. */
export interface SemanticStep {
  readonly at: 'semantic';
  /** `shadow`: what was found would have been served, and was not. */
  readonly is: 'hit' | 'shadow' | 'none' | 'failed';
  readonly why?: string;
  /** The stored question that was nearest to being served, or was. */
  readonly matched?: string;
  readonly similarity?: number;
  readonly probability?: number;
  /** What guards had against the questions that were looked at. */
  readonly vetoes?: readonly { readonly guard: string; readonly why: string }[];
}

/** A step in a word, as logs and tests show it: `exact: hit`. */
export const stepText = (step: Step): string => `${step.at}: ${step.is}`;
