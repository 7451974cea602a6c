import { OptionError } from '../../base/errors.ts';
import { type Bytes, toByteCount } from '../../base/units.ts';
import type { StoreContext } from '../store.ts';

export interface SqliteStoreOptions extends Partial<StoreContext> {
  /** The file, made with its folders when there is none, or `':memory:'`. */
  readonly path: string;
  /**
   * The most the file may hold, in bytes or as text: 1 MiB or more. What was used longest ago goes first. An entry of more than half of it
   * is not kept. The write-ahead log beside the file comes on top, some megabytes. @default '1GiB'
   */
  readonly maxBytes?: Bytes | string;
}

/** The most the file may hold. Throws an `OptionError` for less than 1 MiB, and for what is no size. */
export function limitOf({ maxBytes = '1GiB' }: SqliteStoreOptions): Bytes {
  const limit = toByteCount(maxBytes, 'maxBytes');
  if (!(limit >= 2 ** 20)) throw new OptionError('maxBytes', "'1MiB' or more", maxBytes);
  return limit;
}
