import { webAssembly } from '../../base/webassembly.ts';
import type { Kernel, VectorMemory } from './kernel.ts';
import {
  COUNT_AT, FLOOR_AT, firstQuad, inverseAt, type Layout, linkAt, lowerAt, NO_BLOCK, QUERY_SHIFT_AT, quadsOf, SLOTS_AT, UPPER_STEP, upperAt,
  VALUES_AT,
} from './layout.ts';
import { inResizableBuffer, inWebAssembly } from './memory.ts';

/** The kernel in plain TypeScript: the same results, down to the last bit, at a fraction of the speed. */
export function plainKernel(layout: Layout): Kernel {
  const memory = webAssembly ? inWebAssembly(webAssembly).views : inResizableBuffer();
  return {
    name: 'plain',
    memory,
    slotsAtOnce: Math.ceil(100_000 / layout.dimensions),
    scan(link, quads, limit) {
      const { bytes, floats, words } = memory;
      const query = new Int8Array(bytes.buffer, 0, layout.dimensions);
      let left = quads;
      let at = link;
      while (at !== NO_BLOCK && left > 0) {
        left -= quadsOf(at);
        const first = firstQuad(at) * 4;
        for (let slot = first; slot < first + quadsOf(at) * 4; slot++) {
          const inverse = floats[inverseAt(slot, layout) / 4]!;
          if (Number.isNaN(inverse)) continue;
          const value = Math.fround(Math.fround(dot(memory, query, slot, layout)) * inverse);
          if (value > floats[FLOOR_AT / 4]!) keep(memory, value, slot, limit);
        }
        at = words[linkAt(firstQuad(at), layout) / 4]!;
      }
      return at;
    },
  };
}

/** The dot product of the query and the vector in a slot, whose halves are put together again: 16 u + l is the value and 128. */
function dot({ bytes, words }: VectorMemory, query: Int8Array, slot: number, layout: Layout): number {
  let upper = upperAt(slot, layout);
  let lower = lowerAt(slot, layout);
  let sum = -(words[QUERY_SHIFT_AT / 4]! | 0);
  for (let at = 0; at < layout.dimensions; at += 32) {
    for (let byte = 0; byte < 16; byte++) {
      const u = bytes[upper + byte]!;
      const l = bytes[lower + byte]!;
      sum += query[at + byte]! * (((u & 15) << 4) | (l & 15)) + query[at + byte + 16]! * ((u & 0xf0) | (l >> 4));
    }
    upper += UPPER_STEP;
    lower += 16;
  }
  return sum;
}

function keep({ floats, words }: VectorMemory, value: number, slot: number, limit: number): void {
  const count = words[COUNT_AT / 4]!;
  if (count < limit) words[COUNT_AT / 4] = count + 1;
  const values = VALUES_AT / 4;
  const slots = SLOTS_AT / 4;
  let at = Math.min(count, limit - 1);
  for (; at > 0 && floats[values + at - 1]! < value; at--) {
    floats[values + at] = floats[values + at - 1]!;
    words[slots + at] = words[slots + at - 1]!;
  }
  floats[values + at] = value;
  words[slots + at] = slot;
  if (words[COUNT_AT / 4]! >= limit) floats[FLOOR_AT / 4] = floats[values + limit - 1]!;
}
