import { ShardedMap } from './index/sharded-map.ts';

/** Who has a normal form in a scope. */
interface Holders {
  /** The one added last, whatever was said before it. */
  last: string;
  /** After which turns that one was. */
  turns: string;
  /** The one added last after each of these turns; only where there were several. */
  byTurns: Map<string, string> | undefined;
}

/** A question, in the order in which they came. */
interface Known {
  readonly id: string;
  readonly key: string;
  readonly turns: string;
  before: Known | undefined;
  after: Known | undefined;
}

/**
 * Which stored question has a normal form. Holds `most` questions at most and forgets the oldest first. Grows in small parts, so that no addition holds
 * the event loop.
 */
export class KnownForms {
  readonly #most: number;
  readonly #holders = new ShardedMap<Holders>();
  readonly #known = new ShardedMap<Known>();
  #oldest: Known | undefined;
  #newest: Known | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  has(id: string): boolean {
    return this.#known.get(id) !== undefined;
  }

  /** The question that was added last with this form; after these turns, or, without any, whatever was said before. */
  find(scope: string, turns: string | undefined, normal: string): string | undefined {
    const holders = this.#holders.get(keyOf(scope, normal));
    if (!holders || turns === undefined) return holders?.last;
    if (holders.byTurns) return holders.byTurns.get(turns);
    return holders.turns === turns ? holders.last : undefined;
  }

  /** In place of the one with the same id. */
  add(id: string, scope: string, turns: string, normal: string): void {
    this.delete(id);
    const key = keyOf(scope, normal);
    const holders = this.#holders.get(key);
    if (holders) {
      if (holders.byTurns || holders.turns !== turns) (holders.byTurns ??= new Map([[holders.turns, holders.last]])).set(turns, id);
      holders.last = id;
      holders.turns = turns;
    } else {
      this.#holders.set(key, { last: id, turns, byTurns: undefined });
    }
    const known: Known = { id, key, turns, before: this.#newest, after: undefined };
    if (this.#newest) this.#newest.after = known;
    else this.#oldest = known;
    this.#newest = known;
    this.#known.set(id, known);
    if (this.size > this.#most) this.delete(this.#oldest!.id);
  }

  delete(id: string): void {
    const known = this.#known.get(id);
    if (!known) return;
    this.#known.delete(id);
    if (known.before) known.before.after = known.after;
    else this.#oldest = known.after;
    if (known.after) known.after.before = known.before;
    else this.#newest = known.before;

    // Another may have the form by now.
    const holders = this.#holders.get(known.key);
    if (holders?.byTurns?.get(known.turns) === id) holders.byTurns.delete(known.turns);
    if (holders?.last !== id) return;
    const other = holders.byTurns?.entries().next().value;
    if (other) [holders.turns, holders.last] = other;
    else this.#holders.delete(known.key);
  }
}

/** Characters of a form beyond which its digest stands for it, as a form may have thousands and as many are kept as there is room for. */
const LONGEST_KEPT = 200;

/** A scope has no space in it, and no form begins with one, as a digest does here. */
function keyOf(scope: string, normal: string): string {
  if (normal.length <= LONGEST_KEPT) return `${scope} ${normal}`;
  // Not imported, so that an import of Reprise alone loads no cryptography.
  const { hash } = process.getBuiltinModule('node:crypto');
  return `${scope}  ${hash('sha256', normal)}`;
}
