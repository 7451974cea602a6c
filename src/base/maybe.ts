/** A value, or a promise of it: stores in the process answer at once, remote ones later. */
export type MaybePromise<T> = T | Promise<T>;

/** True for a promise, so that a value in hand costs no turn of the event loop. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
