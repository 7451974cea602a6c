import type { StreamFilter } from '../providers/format.ts';

type Pieces = AsyncIterator<Uint8Array, unknown>;
type Step = IteratorResult<Uint8Array, undefined>;

const DONE: Step = { done: true, value: undefined };

/** Pieces less what a filter takes out. Unlike a generator it ends its source also when nobody has begun to read. */
export function filterPieces(source: Pieces, filter: StreamFilter): AsyncIterableIterator<Uint8Array, undefined> {
  let ended = false;
  return iterable({
    async next() {
      while (!ended) {
        const { done, value } = await source.next();
        ended = done === true;
        const passed = done ? filter.end() : filter.push(value);
        if (passed.length > 0) return { done: false, value: passed };
      }
      return DONE;
    },
    async return() {
      ended = true;
      await source.return?.();
      return DONE;
    },
  });
}

/** Pieces as they are. `onLeft` is called when their reader leaves before the end, also when it never began. */
export function watchPieces(pieces: AsyncIterable<Uint8Array>, onLeft: () => void): AsyncIterableIterator<Uint8Array, undefined> {
  const source = pieces[Symbol.asyncIterator]();
  let ended = false;
  return iterable({
    async next() {
      if (ended) return DONE;
      try {
        const { done, value } = await source.next();
        if (!done) return { done, value };
        ended = true;
        return DONE;
      } catch (error) {
        ended = true;
        throw error;
      }
    },
    async return() {
      if (ended) return DONE;
      ended = true;
      onLeft();
      try {
        await source.return?.();
      } catch {
        // It was ended just now, and may say so.
      }
      return DONE;
    },
  });
}

function iterable(iterator: AsyncIterator<Uint8Array, undefined>): AsyncIterableIterator<Uint8Array, undefined> {
  return {
    ...iterator,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
