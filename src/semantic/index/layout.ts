/**
 * How vectors lie in the index's memory; `wasm/scan.wat` holds the same numbers.
 *
 * The first 64 KiB belong to the search in progress. Behind them follow extents of 1024 slots. In an extent the upper four bits of all
 * its vectors lie together, and the lower four bits of all lie together, so that a scan that needs the upper halves alone reads nothing
 * else. Four slots are a quad. A block is one quad, or four that follow each other; a group of vectors is a chain of blocks.
 */
export const STATE_BYTES = 65_536;
/** The query, int8, from address 0. */
export const MAX_DIMENSIONS = 4096;
/** How many have been found (u32). */
export const COUNT_AT = 4096;
/** Only values above this are looked for (f32). */
export const FLOOR_AT = 4100;
/** The norm of the query, not less (f32). */
export const QUERY_NORM_AT = 4104;
/** 128 times the sum of the query (i32): what the offset of the upper halves adds to a dot product. */
export const QUERY_SHIFT_AT = 4108;
/** What is added to a dot product with upper halves for the mean of the lower ones and for rounding (f32). */
export const QUERY_REST_AT = 4112;
/** The values (f32) and the slots (u32) of those found, best first. */
export const VALUES_AT = 8192;
export const SLOTS_AT = 16_384;
/** Room for this many found. */
export const MAX_FOUND = 2048;

export const EXTENT_SLOTS = 1024;
export const EXTENT_QUADS = EXTENT_SLOTS / 4;
/** In an extent: per quad a link to the next block; per slot 1/norm (f32, NaN when empty) and the norm of the lower halves (f32). */
export const INVERSES_AT = EXTENT_QUADS * 4;
export const LOW_NORMS_AT = INVERSES_AT + EXTENT_SLOTS * 4;
export const UPPER_AT = LOW_NORMS_AT + EXTENT_SLOTS * 4;

/** A link to a block: twice the number of its first quad, and 1 more if it has four. */
export type BlockLink = number;
/** The link that ends a chain. */
export const NO_BLOCK: BlockLink = 0xffff_ffff;
export const firstQuad = (link: BlockLink): number => link >>> 1;
export const quadsOf = (link: BlockLink): number => ((link & 1) === 1 ? 4 : 1);
export const slotsOf = (link: BlockLink): number => quadsOf(link) * 4;

/** The addresses that depend on how long the vectors are. */
export interface Layout {
  /** Dimensions as stored: those asked for, up to the next multiple of 32. The rest is zero. */
  readonly dimensions: number;
  /** Bytes of one half of a vector. */
  readonly width: number;
  readonly extentBytes: number;
}

export function layoutFor(dimensions: number): Layout {
  const padded = Math.ceil(dimensions / 32) * 32;
  return { dimensions: padded, width: padded / 2, extentBytes: UPPER_AT + EXTENT_SLOTS * padded };
}

const extentOf = (slot: number, { extentBytes }: Layout): number => STATE_BYTES + Math.floor(slot / EXTENT_SLOTS) * extentBytes;

/** Where the link of a quad's block to the next stands. */
export const linkAt = (quad: number, layout: Layout): number => extentOf(quad * 4, layout) + (quad % EXTENT_QUADS) * 4;
export const inverseAt = (slot: number, layout: Layout): number => extentOf(slot, layout) + INVERSES_AT + (slot % EXTENT_SLOTS) * 4;
export const lowNormAt = (slot: number, layout: Layout): number => extentOf(slot, layout) + LOW_NORMS_AT + (slot % EXTENT_SLOTS) * 4;
/** Where the upper half of a slot's vector begins: 16 bytes, of which the next follow after `UPPER_STEP`, since those of a quad alternate. */
export const upperAt = (slot: number, layout: Layout): number =>
  extentOf(slot, layout) + UPPER_AT + ((slot % EXTENT_SLOTS) & ~3) * layout.width + (slot & 3) * 16;
export const UPPER_STEP = 64;
/** Where the lower half of a slot's vector stands, in one piece. */
export const lowerAt = (slot: number, layout: Layout): number =>
  extentOf(slot, layout) + UPPER_AT + (EXTENT_SLOTS + (slot % EXTENT_SLOTS)) * layout.width;
