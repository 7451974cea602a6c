import type { BlockLink, Layout } from './layout.ts';

/** Memory that grows in place. Take the views anew after anything that may have made it grow. */
export interface VectorMemory {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  /** Makes room for so many bytes in all. False when they cannot be had. */
  reserve(bytes: number): boolean;
}

/** What looks through vectors, and the memory they lie in. All kernels find the same. */
export interface Kernel {
  readonly name: 'simd' | 'plain';
  readonly memory: VectorMemory;
  /** How many slots it looks through in well under a millisecond. */
  readonly slotsAtOnce: number;
  /**
   * Looks through a chain from a block on until `quads` quads are done, and keeps the best `limit` values in the state (see `layout.ts`).
   * Gives the link to go on from, or `NO_BLOCK` at the end.
   */
  scan(link: BlockLink, quads: number, limit: number): BlockLink;
}

export type KernelFactory = (layout: Layout) => Kernel;
