import { LRUCache } from 'lru-cache';
import { OptionError } from '../base/errors.ts';
import { type Bytes, toByteCount } from '../base/units.ts';
import { type Entry, sizeOf } from '../model/entry.ts';

/** How much may be held in memory. */
export interface LruBounds {
  /** The most it holds, in bytes or as text such as `'64MiB'`. What was used longest ago goes first. @default '64MiB' */
  readonly maxBytes?: Bytes | string;
  /** The most entries it holds: 1 or more. @default as many as `maxBytes` has room for */
  readonly maxEntries?: number;
}

/** A map of entries by id that stays within both bounds. `onGone` hears of each that goes, also when another takes its place. */
export function lruOfEntries({ maxBytes = '64MiB', maxEntries }: LruBounds, onGone?: (entry: Entry) => void): LRUCache<string, Entry> {
  const maxSize = toByteCount(maxBytes, 'maxBytes');
  if (!(maxSize >= 1 && Number.isFinite(maxSize))) throw new OptionError('maxBytes', 'a number of bytes from 1 up', maxBytes);
  if (maxEntries !== undefined && !(Number.isInteger(maxEntries) && maxEntries >= 1)) {
    throw new OptionError('maxEntries', 'a whole number from 1 up', maxEntries);
  }
  const entries: LRUCache<string, Entry> = new LRUCache({
    maxSize,
    sizeCalculation: (entry) => sizeOf(entry),
    ...(onGone && { dispose: onGone }),
    // Given as `max`, room for all of them would be taken at once, which takes tens of milliseconds for 100,000.
    ...(maxEntries !== undefined && { onInsert: () => void (entries.size > maxEntries && entries.pop()) }),
  });
  return entries;
}
