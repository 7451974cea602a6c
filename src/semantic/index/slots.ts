import type { VectorMemory } from './kernel.ts';
import { inverseAt, type Layout, lowerAt, lowNormAt, UPPER_STEP, upperAt } from './layout.ts';

/** Writes a vector of whole numbers (see `quantise`) to a slot; `dimensions` of them count, the others are zero. */
export function writeSlot(memory: VectorMemory, slot: number, codes: Int8Array, squares: number, dimensions: number, layout: Layout): void {
  const { bytes, floats } = memory;
  const upper = upperAt(slot, layout);
  const lower = lowerAt(slot, layout);
  let low = 0;
  for (let at = 0; at < dimensions; at++) {
    const rest = (codes[at]! & 15) - 7.5;
    low += rest * rest;
  }
  // 16 bytes hold 32 dimensions: of each byte, the lower four bits one of the first 16, the upper four one of the others.
  for (let piece = 0; piece * 16 < layout.width; piece++) {
    for (let at = 0; at < 16; at++) {
      const first = codes[piece * 32 + at]! + 128;
      const second = codes[piece * 32 + at + 16]! + 128;
      bytes[upper + piece * UPPER_STEP + at] = (first >> 4) | (second & 0xf0);
      bytes[lower + piece * 16 + at] = (first & 15) | ((second & 15) << 4);
    }
  }
  floats[inverseAt(slot, layout) / 4] = 1 / Math.sqrt(squares);
  // Rounded up, so that what it bounds stays within.
  floats[lowNormAt(slot, layout) / 4] = Math.sqrt(low) * (1 + 1e-6);
}

/** Makes a slot one that no search finds. */
export function emptySlot({ floats }: VectorMemory, slot: number, layout: Layout): void {
  floats[inverseAt(slot, layout) / 4] = NaN;
}

export function copySlot({ bytes, floats }: VectorMemory, from: number, to: number, layout: Layout): void {
  for (let piece = 0; piece * 16 < layout.width; piece++) {
    const start = upperAt(from, layout) + piece * UPPER_STEP;
    bytes.copyWithin(upperAt(to, layout) + piece * UPPER_STEP, start, start + 16);
  }
  bytes.copyWithin(lowerAt(to, layout), lowerAt(from, layout), lowerAt(from, layout) + layout.width);
  floats[inverseAt(to, layout) / 4] = floats[inverseAt(from, layout) / 4]!;
  floats[lowNormAt(to, layout) / 4] = floats[lowNormAt(from, layout) / 4]!;
}
