import type { Entry, Fingerprint } from '../../model/entry.ts';
import type { Candidate, Search } from '../store.ts';
import type { Collection } from './collection.ts';
import { attributeConditions, is, isOneOf, piecesOf } from './filter.ts';
import { digestOf, vectorOf, vectorsOf } from './keys.ts';
import { idIn } from './payload.ts';

/** Points looked at in one step. */
const PAGE = 200;
/** Dimensions that a vector may have (https://qdrant.tech/documentation/concepts/vectors/). */
const MOST = 65_536;

/** Vectors in the points of their entries, so that they go when their entries go. */
export interface Vectors extends Search {
  /** The vectors of an entry by their names in the collection. Makes names that are not there yet. */
  of(entry: Entry): Promise<Record<string, readonly number[]>>;
  /** Which of these entries have no vector of this fingerprint, as those that were stored by who may not make one. */
  unsearched(ids: readonly string[], fingerprint: Fingerprint): Promise<readonly string[]>;
  /** Looks which of the names are really there; true where one of those that were thought to be is not. */
  lookAgain(): Promise<boolean>;
}

export function vectorsIn(collection: Collection): Vectors {
  /** Names that are known to be there, or to be none: whoever may not make them, still stores entries. */
  const known = new Map<string, boolean>();
  const making = new Map<string, Promise<boolean>>();
  const make = async (name: string, size: number): Promise<boolean> => {
    const there = known.get(name);
    if (there !== undefined) return there;
    let made = making.get(name);
    if (!made) {
      made = collection.makeVector(name, size).finally(() => making.delete(name));
      making.set(name, made);
    }
    const done = await made;
    known.set(name, done);
    return done;
  };

  return {
    async of(entry) {
      const named: Record<string, readonly number[]> = {};
      for (const [fingerprint, bytes] of Object.entries(entry.vectors)) {
        const vector = numbersOf(bytes);
        if (!vector) continue;
        const name = vectorOf(fingerprint, vector.length);
        if (await make(name, vector.length)) named[name] = Array.from(vector);
      }
      return named;
    },

    async lookAgain() {
      const thought = [...known].filter(([, there]) => there).map(([name]) => name);
      known.clear();
      let missing = false;
      for (const name of thought) if (!(await collection.hasVector(name))) missing = true;
      return missing;
    },

    async unsearched(ids, fingerprint) {
      const names = collection.vectors().filter((name) => name.startsWith(vectorsOf(fingerprint)));
      const searched = new Set<string | undefined>();
      for (const name of names) {
        for (const piece of piecesOf(ids, PAGE)) {
          const { points } = await collection.page([isOneOf(piece), { has_vector: name }], PAGE, ['id']);
          for (const { payload } of points) searched.add(idIn(payload));
        }
      }
      return ids.filter((id) => !searched.has(id));
    },

    async nearest({ tenant, namespace, scope, turns, attributes, fingerprint, vector, limit }): Promise<readonly Candidate[]> {
      if (!(limit >= 1) || !isUsable(vector)) return [];
      const name = vectorOf(fingerprint, vector.length);
      if (!(await collection.hasVector(name))) return [];
      const conditions = [is('tenant', digestOf(tenant)), is('namespace', digestOf(namespace)), is('scope', digestOf(scope)), ...attributeConditions(attributes)];
      if (turns !== undefined) conditions.push(is('turns', digestOf(turns)));
      const found = await collection.nearest(name, Array.from(vector), conditions, Math.floor(limit), ['id']);
      return found.flatMap(({ payload, score }) => {
        const id = idIn(payload);
        return id === undefined ? [] : [{ id, similarity: Math.max(-1, Math.min(1, score)) }];
      });
    },
  };
}

/** The numbers of a vector as an entry keeps it; `undefined` for what has no direction. */
function numbersOf(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.byteLength === 0 || bytes.byteLength % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = Float32Array.from({ length: bytes.byteLength / 4 }, (_, at) => view.getFloat32(at * 4, true));
  return isUsable(vector) ? vector : undefined;
}

function isUsable(vector: Float32Array): boolean {
  if (vector.length === 0 || vector.length > MOST) return false;
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Number.isFinite(norm) && norm > 0;
}
