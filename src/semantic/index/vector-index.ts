import { OptionError } from '../../base/errors.ts';
import type { Bytes } from '../../base/units.ts';
import { createBlocks } from './blocks.ts';
import { ByExtent } from './by-extent.ts';
import type { Found, IndexedVector, NearestQuery, VectorIndex, VectorIndexOptions } from './contract.ts';
import { createGroups, type Group } from './groups.ts';
import type { KernelFactory } from './kernel.ts';
import { type BlockLink, EXTENT_QUADS, EXTENT_SLOTS, firstQuad, layoutFor, MAX_DIMENSIONS, NO_BLOCK, quadsOf, slotsOf } from './layout.ts';
import { plainKernel } from './plain-kernel.ts';
import { quantise } from './quantise.ts';
import { type Search, startSearch } from './search.ts';
import { ShardedMap } from './sharded-map.ts';
import { simdKernel } from './simd-kernel.ts';
import { copySlot, emptySlot, writeSlot } from './slots.ts';

/** Per entry (a place in a map, a reference to the id) and per scope or turns; measured with a million entries and 100,000 scopes. */
const ENTRY_BYTES = 64;
const GROUP_BYTES = 256;
/** How long a slice of `nearestInSteps` may take before others get their turn, in milliseconds. */
const SLICE = 0.75;
/** How many more results a search in slices keeps, for those that are deleted or moved before it ends. */
const SPARE = 16;
/** A group takes blocks of one quad up to this size, and of four from then on: many small ones waste little, large ones have short chains. */
const SMALL_GROUP = 16;

/** Where a search in slices will go on. */
interface Position {
  link: BlockLink;
  nextGroup: Group | undefined;
}

/** An empty index. Throws an `OptionError` for an option that cannot be used. */
export function createVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { dimensions, maxBytes = 2 ** 30, kernel: wanted = 'auto' } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw new OptionError('dimensions', `a whole number from 1 to ${MAX_DIMENSIONS}`, dimensions);
  }
  if (!(maxBytes > 0)) throw new OptionError('maxBytes', 'a number of bytes above 0', maxBytes);
  const layout = layoutFor(dimensions);
  const makeKernel: KernelFactory = wanted === 'plain' ? plainKernel : (shape) => simdKernel(shape) ?? plainKernel(shape);
  const codes = new Int8Array(layout.dimensions);
  const running = new Set<Position>();
  let contents = empty();

  function empty() {
    const kernel = makeKernel(layout);
    return {
      kernel,
      blocks: createBlocks(kernel.memory, layout),
      groups: createGroups(),
      slots: new ShardedMap<number>(),
      ids: new ByExtent<string>(EXTENT_SLOTS),
      owners: new ByExtent<Group>(EXTENT_QUADS),
    };
  }

  const bytes = (): Bytes => contents.blocks.bytes + contents.slots.size * ENTRY_BYTES + contents.groups.size * GROUP_BYTES;
  const idOf = (slot: number): string => contents.ids.get(slot)!;
  const isThere = (id: string): boolean => contents.slots.get(id) !== undefined;

  function add({ id, scope, turns, vector }: IndexedVector): boolean {
    const squares = quantise(vector, dimensions, codes);
    remove(id);
    const { groups, slots, ids, kernel } = contents;
    const known = groups.get(scope, turns);
    const after = bytes() + ENTRY_BYTES + (known ? 0 : GROUP_BYTES);
    if (after > maxBytes) return false;
    const group = known ?? groups.add(scope, turns);
    if (!hasRoom(group) && !addBlock(group, after + layout.extentBytes <= maxBytes)) {
      if (group.count === 0) dropGroup(group);
      return false;
    }
    const slot = firstQuad(group.first) * 4 + group.inFirst;
    writeSlot(kernel.memory, slot, codes, squares, dimensions, layout);
    group.inFirst++;
    group.count++;
    slots.set(id, slot);
    ids.set(slot, id);
    return true;
  }

  const hasRoom = (group: Group): boolean => group.first !== NO_BLOCK && group.inFirst < slotsOf(group.first);

  function addBlock(group: Group, mayGrow: boolean): boolean {
    const { blocks, owners } = contents;
    const block = blocks.take(group.count < SMALL_GROUP ? 1 : 4, mayGrow);
    if (block === undefined) return false;
    for (let quad = firstQuad(block); quad < firstQuad(block) + quadsOf(block); quad++) owners.set(quad, group);
    blocks.join(block, group.first);
    group.first = block;
    group.inFirst = 0;
    return true;
  }

  /** The last vector of the group's first block takes the place of the one deleted, so that all blocks but the first stay full. */
  function remove(id: string): boolean {
    const { slots, ids, owners, kernel } = contents;
    const slot = slots.get(id);
    if (slot === undefined) return false;
    const group = owners.get(Math.floor(slot / 4))!;
    const last = firstQuad(group.first) * 4 + group.inFirst - 1;
    slots.delete(id);
    if (last !== slot) {
      copySlot(kernel.memory, last, slot, layout);
      ids.set(slot, idOf(last));
      slots.set(idOf(last), slot);
    }
    emptySlot(kernel.memory, last, layout);
    ids.set(last, undefined);
    group.inFirst--;
    group.count--;
    if (group.inFirst === 0) dropFirstBlock(group);
    if (group.count === 0) dropGroup(group);
    return true;
  }

  function dropFirstBlock(group: Group): void {
    const { blocks, owners } = contents;
    const block = group.first;
    group.first = blocks.next(block);
    group.inFirst = group.first === NO_BLOCK ? 0 : slotsOf(group.first);
    for (const position of running) if (position.link === block) position.link = group.first;
    for (let quad = firstQuad(block); quad < firstQuad(block) + quadsOf(block); quad++) owners.set(quad, undefined);
    blocks.give(block);
  }

  function dropGroup(group: Group): void {
    for (const position of running) if (position.nextGroup === group) position.nextGroup = group.next;
    contents.groups.remove(group);
  }

  function begin({ scope, turns }: NearestQuery): Position {
    const group = turns === undefined ? contents.groups.firstOf(scope) : contents.groups.get(scope, turns);
    return { link: group?.first ?? NO_BLOCK, nextGroup: turns === undefined ? group?.next : undefined };
  }

  /** Goes on from a position for about `slots` slots. True when the end has been reached. */
  function advance(position: Position, search: Search, slots: number): boolean {
    const { kernel } = contents;
    for (let left = Math.ceil(slots / 4); left > 0; ) {
      if (position.link === NO_BLOCK) {
        if (!position.nextGroup) return true;
        position.link = position.nextGroup.first;
        position.nextGroup = position.nextGroup.next;
      }
      const link = search.scan(kernel, position.link, left);
      // A chain that ended within the slice may have been short, or not: one look at the clock more does no harm.
      left = link === NO_BLOCK ? left - Math.max(4, left >> 6) : 0;
      position.link = link;
    }
    return position.link === NO_BLOCK && !position.nextGroup;
  }

  function nearest(query: NearestQuery): Found[] {
    const search = startSearch(query, dimensions, layout, 0);
    const position = begin(query);
    search.resume(contents.kernel);
    while (!advance(position, search, 2 ** 32));
    search.collect(contents.kernel, idOf);
    return search.result(isThere);
  }

  /** True where a search is done within its first slice, so that nothing comes between. */
  function isSmall({ scope, turns }: NearestQuery): boolean {
    const group = turns === undefined ? contents.groups.firstOf(scope) : contents.groups.get(scope, turns);
    return !group || ((turns !== undefined || !group.next) && group.count <= contents.kernel.slotsAtOnce);
  }

  async function nearestInSteps(query: NearestQuery): Promise<Found[]> {
    if (isSmall(query)) return nearest(query);
    const search = startSearch(query, dimensions, layout, SPARE);
    const position = begin(query);
    running.add(position);
    try {
      for (;;) {
        const { kernel } = contents;
        const end = performance.now() + SLICE;
        search.resume(kernel);
        let done = false;
        do done = advance(position, search, kernel.slotsAtOnce);
        while (!done && performance.now() < end);
        search.collect(kernel, idOf);
        if (done) return search.result(isThere);
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      running.delete(position);
    }
  }

  return {
    get kernel() { return contents.kernel.name; },
    get size() { return contents.slots.size; },
    get bytes() { return bytes(); },
    has: isThere,
    add,
    delete: remove,
    nearest,
    nearestInSteps,
    clear() {
      for (const position of running) Object.assign(position, { link: NO_BLOCK, nextGroup: undefined });
      contents = empty();
    },
  };
}
