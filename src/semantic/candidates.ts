import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Usd } from '../base/units.ts';
import type { Entry, EntryKind } from '../model/entry.ts';
import type { Abilities, Store } from '../stores/store.ts';
import type { Finder } from './finder.ts';
import { formLookup } from './form-lookup.ts';
import type { Asked } from './meaning.ts';
import type { Near, Place, Pool } from './pool.ts';
import { turn } from './turns.ts';

/** A stored question that may be served, with its entry. */
export interface Candidate {
  readonly entry: Entry;
  /** 1 where the normal forms are equal. */
  readonly similarity: number;
  /** Of the last one of a crowd, where there is one. */
  readonly crowd?: number;
}

export interface CandidatesParts {
  readonly store: Store;
  readonly abilities: Abilities;
  readonly kind: EntryKind;
  readonly finder: Finder;
  readonly pool: Pool;
  /** Whether earlier turns must be equal. */
  readonly equalTurns: boolean;
  /** Whether equal normal forms are looked for. */
  readonly normalised: boolean;
  readonly formOf: (text: string) => MaybePromise<string>;
}

export interface CandidateOptions {
  readonly signal: AbortSignal;
  /** The most to give. */
  readonly limit: number;
  /** The lowest similarity. */
  readonly least: number;
  serves(entry: Entry): boolean;
  /** Hears why nothing could be found by vector. */
  told?(why: string): void;
  /** Hears what the vector cost. */
  spent?(cost: Usd): void;
}

/** The most neighbours that the index gives. */
const MOST_NEAR = 1024;
/** How many entries of one normal form are looked at: after other turns, expired, or in a form that cannot be given there may be some. */
const MOST_SAME = 16;
/** Characters that get a vector in well under a millisecond. */
const PLACED_AT_ONCE = 500;
/** How many entries are read at once, as each is a round trip where the store is far away. */
const READ_AT_ONCE = 4;

/**
 * The stored questions near to one that may be served, nearest first: the one with its normal form, which needs no vector and so no embedder, then
 * those that the index finds. Where many may not be served, it looks further.
 */
export function findCandidates(parts: CandidatesParts): (asked: Asked, options: CandidateOptions) => AsyncGenerator<Candidate, void> {
  const { store, abilities, kind, finder, pool, equalTurns, normalised, formOf } = parts;

  const placeOf = ({ scope, turns = '' }: Asked): Place => ({ scope, ...(equalTurns && { turns }) });

  async function near(asked: Asked, vector: Float32Array, limit: number, least: number): Promise<readonly Near[]> {
    const place = placeOf(asked);
    if (!abilities.search) return pool.near(place, vector, limit, least);
    const { tenant, namespace, scope } = asked;
    const found = await abilities.search.nearest({ tenant, namespace, scope, fingerprint: finder.fingerprint, vector, limit, ...(place.turns !== undefined && { turns: place.turns }) });
    return found.filter(({ similarity }) => similarity >= least);
  }

  /** Those with the same normal form, the one that was added last first. */
  async function sameForm(asked: Asked, form: string): Promise<readonly string[]> {
    const same = pool.same(placeOf(asked), form);
    if (same !== undefined) return [same];
    // What was put in by hand is looked up by its own name.
    if (!abilities.search || kind !== 'llm' || form === '') return [];
    const { tenant, namespace, scope, turns = '' } = asked;
    const ids: string[] = [];
    const query = { tenant, namespace, scope, kind, lookup: await formLookup(scope, asked.text), newestFirst: true, limit: MOST_SAME };
    for await (const head of store.find(query)) if (!equalTurns || (head.turns ?? '') === turns) ids.push(head.id);
    return ids;
  }

  /** The entry of a candidate, if it is still there and is what the pool says it is. */
  async function entryOf(id: string, asked: Asked): Promise<Entry | undefined> {
    const found = store.get(id);
    const entry = isPromise(found) ? await found : found;
    if (!entry) pool.delete(id);
    // Tenant and namespace are part of the scope; that they are compared once more costs nothing and leaves nothing to chance.
    const fits = entry && entry.tenant === asked.tenant && entry.namespace === asked.namespace && entry.scope === asked.scope && entry.text !== undefined
      // What was stored while turns had to be equal has no words of them that could be judged.
      && ((!equalTurns && entry.story !== undefined) || (entry.turns ?? '') === (asked.turns ?? ''));
    return fits ? entry : undefined;
  }

  return async function* candidates(asked, { signal, limit, least, serves, told, spent }) {
    let given = 0;
    const seen = new Set<string>();
    const formed = asked.text === '' ? '' : formOf(asked.text);
    const form = isPromise(formed) ? await formed : formed;

    async function* servable(some: readonly Near[], crowd?: number): AsyncGenerator<Candidate, void> {
      for (let at = 0; at < some.length; at += READ_AT_ONCE) {
        await turn();
        signal.throwIfAborted();
        const group = some.slice(at, at + READ_AT_ONCE);
        const entries = await Promise.all(group.map(({ id }) => entryOf(id, asked)));
        for (const [place, { id, similarity }] of group.entries()) {
          seen.add(id);
          const entry = entries[place];
          if (!entry || !serves(entry)) continue;
          given++;
          yield { entry, similarity, ...(crowd !== undefined && { crowd }) };
          signal.throwIfAborted();
          if (given >= limit) return;
        }
      }
    }

    async function place(): Promise<{ readonly vector: Float32Array; readonly first: readonly Near[] } | { readonly why: string }> {
      if (form.length > PLACED_AT_ONCE) await turn();
      const placed = await finder.place(form, signal);
      const cost = finder.takeCost?.();
      if (cost !== undefined) spent?.(cost);
      return 'why' in placed ? placed : { vector: placed.vector, first: await near(asked, placed.vector, limit, least) };
    }

    // Where the store is asked for both, and a vector costs nothing, it is asked at once.
    const ahead = abilities.search && normalised && finder.cheap ? place() : undefined;
    ahead?.catch(() => {});
    if (normalised) yield* servable((await sameForm(asked, form)).map((id) => ({ id, similarity: 1 })));
    if (given >= limit) return;
    const placed = await (ahead ?? place());
    if ('why' in placed) return told?.(placed.why);
    for (let wanted = limit; ; wanted = Math.min(MOST_NEAR, wanted * 8)) {
      const all = wanted === limit ? placed.first : await near(asked, placed.vector, wanted, least);
      yield* servable(all.filter(({ id }) => !seen.has(id)), finder.crowd && all[finder.crowd.size - 1]?.similarity);
      if (given >= limit || all.length < wanted || wanted >= MOST_NEAR) return;
    }
  };
}
