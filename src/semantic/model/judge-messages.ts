import type { Verdict } from './judge.ts';

/** What a judge's thread is started with: URLs as text, or bytes in shared memory. */
export interface JudgeThreadData {
  weights: string | Uint8Array;
  vocabulary: string | Uint8Array;
}

/** To the thread: a request, or word that nobody waits for one any more. */
export type ToJudge =
  | { readonly id: number; readonly pairs: readonly (readonly [a: string, b: string])[] }
  | { readonly cancel: number };

/** From the thread. After `failed` it ends. */
export type FromJudge =
  | { readonly ready: string }
  | { readonly failed: string; readonly path?: string; readonly why?: string }
  | { readonly id: number; readonly verdicts: Verdict[] };
