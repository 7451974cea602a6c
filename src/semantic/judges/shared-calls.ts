import { untilAborted } from './bounded.ts';

/** Calls under way, by what they ask: whoever asks the same joins, so that it is asked once. */
export interface SharedCalls<T> {
  /** Joins the call of this key, or starts one. The call is aborted when all who joined it have left. */
  join(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Call<T> {
  readonly result: Promise<T>;
  readonly leaving: AbortController;
  joined: number;
}

export function sharedCalls<T>(): SharedCalls<T> {
  const calls = new Map<string, Call<T>>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const leaving = new AbortController();
    const call: Call<T> = { result: untilAborted(start(leaving.signal), leaving.signal), leaving, joined: 0 };
    const forget = (): void => void (calls.get(key) === call && calls.delete(key));
    call.result.then(forget, forget);
    calls.set(key, call);
    return call;
  }

  return {
    async join(key, start, signal) {
      signal.throwIfAborted();
      const call = calls.get(key) ?? begin(key, start);
      call.joined++;
      try {
        return await untilAborted(call.result, signal);
      } finally {
        if (--call.joined === 0) {
          // A call that nobody waits for is over, or is ended here; nobody may join it any more.
          if (calls.get(key) === call) calls.delete(key);
          call.leaving.abort();
        }
      }
    },
  };
}
