import type { Kernel, VectorMemory } from './kernel.ts';
import {
  COUNT_AT, FLOOR_AT, firstQuad, inverseAt, type Layout, linkAt, lowerAt, NO_BLOCK, QUERY_SHIFT_AT, quadsOf, SLOTS_AT, STATE_BYTES, UPPER_STEP,
  upperAt, VALUES_AT,
} from './layout.ts';

const MOST_BYTES = 2 ** 32;

/** The kernel in plain TypeScript: the same results, down to the last bit, at a fraction of the speed. */
export function plainKernel(layout: Layout): Kernel {
  const memory = resizableMemory();
  return {
    name: 'plain',
    memory,
    slotsAtOnce: Math.ceil(100_000 / layout.dimensions),
    scan(link, quads, limit) {
      const { floats, words } = memory;
      let left = quads;
      let at = link;
      while (at !== NO_BLOCK && left > 0) {
        left -= quadsOf(at);
        const first = firstQuad(at) * 4;
        for (let slot = first; slot < first + quadsOf(at) * 4; slot++) {
          const inverse = floats[inverseAt(slot, layout) / 4]!;
          if (Number.isNaN(inverse)) continue;
          const value = Math.fround(Math.fround(dot(memory, slot, layout)) * inverse);
          if (value > floats[FLOOR_AT / 4]!) keep(memory, value, slot, limit);
        }
        at = words[linkAt(firstQuad(at), layout) / 4]!;
      }
      return at;
    },
  };
}

/** The dot product of the query and the vector in a slot, whose halves are put together again: 16 u + l is the value and 128. */
function dot({ bytes, words }: VectorMemory, slot: number, layout: Layout): number {
  const upper = upperAt(slot, layout);
  const lower = lowerAt(slot, layout);
  let sum = -(words[QUERY_SHIFT_AT / 4]! | 0);
  for (let piece = 0; piece * 16 < layout.width; piece++) {
    for (let at = 0; at < 16; at++) {
      const u = bytes[upper + piece * UPPER_STEP + at]!;
      const l = bytes[lower + piece * 16 + at]!;
      const query = piece * 32 + at;
      sum += signed(bytes[query]!) * (((u & 15) << 4) | (l & 15)) + signed(bytes[query + 16]!) * ((u & 0xf0) | (l >> 4));
    }
  }
  return sum;
}

const signed = (byte: number): number => (byte << 24) >> 24;

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

/** Views of such a buffer follow its length by themselves. */
function resizableMemory(): VectorMemory {
  const buffer = new ArrayBuffer(STATE_BYTES, { maxByteLength: MOST_BYTES });
  return {
    bytes: new Uint8Array(buffer),
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    reserve(bytes) {
      if (bytes <= buffer.byteLength) return true;
      if (bytes > MOST_BYTES) return false;
      try {
        buffer.resize(Math.min(MOST_BYTES, Math.ceil(Math.max(bytes, buffer.byteLength * 1.125) / STATE_BYTES) * STATE_BYTES));
        return true;
      } catch {
        return false;
      }
    },
  };
}
