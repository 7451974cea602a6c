import { OptionError } from '../../base/errors.ts';
import type { Found } from './contract.ts';
import type { Kernel } from './kernel.ts';
import {
  type BlockLink, COUNT_AT, FLOOR_AT, type Layout, MAX_FOUND, QUERY_NORM_AT, QUERY_REST_AT, QUERY_SHIFT_AT, SLOTS_AT, VALUES_AT,
} from './layout.ts';
import { quantise } from './quantise.ts';

/** The most that one search gives. */
export const MAX_LIMIT = 1024;

/** A search in progress. Others may run between its slices, since what it has found is put back into the kernel's state each time. */
export interface Search {
  /** Looks through a chain from a block on, `quads` quads at most; gives the link to go on from. */
  scan(kernel: Kernel, link: BlockLink, quads: number): BlockLink;
  /** Reads what has been found out of the kernel. To be called before anything else may use it. */
  collect(kernel: Kernel, idOf: (slot: number) => string): void;
  /** Puts the search's state into the kernel. To be called first, and again after anything else may have used it. */
  resume(kernel: Kernel): void;
  /** The best, nearest first. */
  result(isThere: (id: string) => boolean): Found[];
}

interface Kept {
  readonly id: string;
  readonly value: number;
}

/** Slots from here on stand for what was found in an earlier slice. */
const CARRIED = 0xc000_0000;

/** `spare`: how many more to keep, since entries found may be moved or deleted before the search has ended. */
export function startSearch(
  { vector, limit, least = -1 }: { readonly vector: Float32Array; readonly limit: number; readonly least?: number | undefined },
  dimensions: number,
  layout: Layout,
  spare: number,
): Search {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new OptionError('limit', `a whole number from 1 to ${MAX_LIMIT}`, limit);
  if (!(least >= -1 && least <= 1)) throw new OptionError('least', 'a number from -1 to 1', least);
  const query = new Int8Array(layout.dimensions);
  const norm = Math.sqrt(quantise(vector, dimensions, query));
  let sum = 0;
  for (let at = 0; at < dimensions; at++) sum += query[at]!;
  const keep = Math.min(limit + spare, MAX_FOUND);
  const lowest = least > -1 ? least * norm - norm * 1e-5 : -Infinity;
  let kept: Kept[] = [];

  return {
    resume({ memory: { bytes, words, floats } }) {
      // A negative number is written as the byte it is.
      bytes.set(query, 0);
      floats[QUERY_NORM_AT / 4] = norm * (1 + 1e-6);
      words[QUERY_SHIFT_AT / 4] = 128 * sum;
      // Besides the mean of the lower halves: more than what 32-bit floats lose of a dot product of this many dimensions.
      floats[QUERY_REST_AT / 4] = 7.5 * sum + 2 + layout.dimensions / 50;
      floats[FLOOR_AT / 4] = kept.length === keep ? kept[keep - 1]!.value : lowest;
      words[COUNT_AT / 4] = kept.length;
      for (let at = 0; at < kept.length; at++) {
        floats[VALUES_AT / 4 + at] = kept[at]!.value;
        words[SLOTS_AT / 4 + at] = CARRIED + at;
      }
    },
    scan: (kernel, link, quads) => kernel.scan(link, quads, keep),
    collect({ memory: { words, floats } }, idOf) {
      const before = kept;
      const count = words[COUNT_AT / 4]!;
      kept = [];
      for (let at = 0; at < count; at++) {
        const slot = words[SLOTS_AT / 4 + at]!;
        kept.push(slot >= CARRIED ? before[slot - CARRIED]! : { id: idOf(slot), value: floats[VALUES_AT / 4 + at]! });
      }
    },
    result(isThere) {
      const found: Found[] = [];
      const seen = new Set<string>();
      for (const { id, value } of kept) {
        const similarity = Math.min(1, Math.max(-1, value / norm));
        if (similarity < least || seen.has(id) || !isThere(id)) continue;
        seen.add(id);
        if (found.push({ id, similarity }) === limit) break;
      }
      return found;
    },
  };
}
