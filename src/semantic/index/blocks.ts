import type { VectorMemory } from './kernel.ts';
import { type BlockLink, EXTENT_QUADS, firstQuad, inverseAt, type Layout, linkAt, NO_BLOCK, quadsOf, slotsOf, STATE_BYTES } from './layout.ts';

/** Hands out blocks of memory and takes them back. Those that are free are chained by the same links as those in use. */
export interface Blocks {
  /** Bytes of memory that have been laid out, in use or free. */
  readonly bytes: number;
  /**
   * A block with all its slots empty, of four quads or of one; one comes also where four are not to be had. `undefined` when nothing is free
   * and the memory must or can not grow.
   */
  take(quads: 1 | 4, mayGrow: boolean): BlockLink | undefined;
  give(block: BlockLink): void;
  next(block: BlockLink): BlockLink;
  join(block: BlockLink, next: BlockLink): void;
}

export function createBlocks(memory: VectorMemory, layout: Layout): Blocks {
  let extents = 0;
  let carvedQuads = 0;
  let freeFours: BlockLink = NO_BLOCK;
  let freeSingles: BlockLink = NO_BLOCK;
  let singles = 0;

  const next = (block: BlockLink): BlockLink => memory.words[linkAt(firstQuad(block), layout) / 4]!;
  const join = (block: BlockLink, to: BlockLink): void => {
    memory.words[linkAt(firstQuad(block), layout) / 4] = to;
  };

  function give(block: BlockLink): void {
    if (quadsOf(block) === 4) {
      join(block, freeFours);
      freeFours = block;
    } else {
      join(block, freeSingles);
      freeSingles = block;
      singles++;
    }
  }

  function takeSingle(): BlockLink | undefined {
    if (freeSingles === NO_BLOCK) return undefined;
    const block = freeSingles;
    freeSingles = next(block);
    singles--;
    return block;
  }

  function takeFour(mayGrow: boolean): BlockLink | undefined {
    if (freeFours !== NO_BLOCK) {
      const block = freeFours;
      freeFours = next(block);
      return block;
    }
    if (carvedQuads === extents * EXTENT_QUADS) {
      if (!mayGrow || !memory.reserve(STATE_BYTES + (extents + 1) * layout.extentBytes)) return undefined;
      extents++;
    }
    // From the end of an extent to its start, since a chain begins with what came last: a scan reads upward.
    const quad = Math.floor(carvedQuads / EXTENT_QUADS) * EXTENT_QUADS + EXTENT_QUADS - 4 - (carvedQuads % EXTENT_QUADS);
    carvedQuads += 4;
    return quad * 2 + 1;
  }

  function splitFour(mayGrow: boolean): BlockLink | undefined {
    const four = takeFour(mayGrow);
    if (four === undefined) return undefined;
    const quad = firstQuad(four);
    for (let at = 3; at > 0; at--) give((quad + at) * 2);
    return quad * 2;
  }

  return {
    get bytes() { return STATE_BYTES + extents * layout.extentBytes; },
    take(quads, mayGrow) {
      // Singles that many small groups have left behind are used up before more is laid out.
      const block = quads === 4 && singles * 4 <= carvedQuads ? (takeFour(mayGrow) ?? takeSingle()) : (takeSingle() ?? splitFour(mayGrow));
      if (block === undefined) return undefined;
      const inverses = inverseAt(firstQuad(block) * 4, layout) / 4;
      memory.floats.fill(NaN, inverses, inverses + slotsOf(block));
      return block;
    },
    give,
    next,
    join,
  };
}
