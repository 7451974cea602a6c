import type { Entry, Fingerprint } from '../../model/entry.ts';
import type { Candidate, Search } from '../store.ts';
import { type Arg, listOf, type RedisCommands, type Reply, textOf } from './commands.ts';
import { INDEX, type Keys, nameOf } from './keys.ts';

/** Nearest vectors by the server's query engine. */
export interface RedisSearch extends Search {
  /** What an entry's hash holds for the query engine: nothing where the entry has no vector. Makes the indexes it needs. */
  fieldsFor(entry: Entry): Promise<readonly Arg[]>;
}

/** True where the server has the query engine: Redis Stack, Redis 8, or the module RediSearch. */
export async function hasSearch({ send, isCluster }: RedisCommands): Promise<boolean> {
  // On a cluster each server would have to be asked, and only for its own part.
  if (isCluster) return false;
  try {
    const [info, about] = await Promise.all([send(['command', 'info', 'ft.search']), send(['client', 'info'])]);
    const [known] = listOf(info);
    // The query engine sees the first database alone.
    return Array.isArray(known) && known.length > 0 && /\bdb=0\b/.test(textOf(about) ?? '');
  } catch {
    // Whoever may not ask may not search.
    return false;
  }
}

/**
 * One index for each fingerprint, over the hashes of the entries themselves, so that vectors go when their entries go. Fields beside the
 * entry: `i` its id as JSON, `g` tenant, namespace and scope as one name, `u` the turns, `r` the attributes, and the vector as float32.
 */
export function redisSearch({ send }: RedisCommands, { prefix, bases }: Keys, kind: 'HNSW' | 'FLAT'): RedisSearch {
  const made = new Map<string, Promise<void>>();

  /** Makes the index of a fingerprint unless it is there; it takes in what is stored already. */
  function make(fingerprint: Fingerprint, dimensions: number): Promise<void> {
    const name = indexOf(prefix, fingerprint);
    let making = made.get(name);
    if (!making) {
      making = create(send, name, vectorField(fingerprint), dimensions, bases, kind);
      made.set(name, making);
      making.catch(() => made.delete(name));
    }
    return making;
  }

  return {
    async fieldsFor(entry) {
      const vectors = Object.entries(entry.vectors).filter(([, bytes]) => bytes.byteLength > 0 && bytes.byteLength % 4 === 0);
      if (vectors.length === 0) return [];
      await Promise.all(vectors.map(([fingerprint, bytes]) => make(fingerprint, bytes.byteLength / 4)));
      return [
        'i', JSON.stringify(entry.id), 'g', groupOf(entry), 'u', nameOf(entry.turns ?? ''),
        'r', Object.entries(entry.attributes).map(([name, value]) => INDEX.attribute(name, value)).join(','),
        ...vectors.flatMap(([fingerprint, bytes]) => [vectorField(fingerprint), asBuffer(bytes)]),
      ];
    },

    async nearest(query) {
      const { turns, attributes = {}, fingerprint, vector, limit } = query;
      if (!(limit >= 1)) return [];
      const name = indexOf(prefix, fingerprint);
      await make(fingerprint, vector.length);
      const filters = [`@g:{${escaped(groupOf(query))}}`];
      if (turns !== undefined) filters.push(`@u:{${escaped(nameOf(turns))}}`);
      for (const [attribute, value] of Object.entries(attributes)) filters.push(`@r:{${escaped(INDEX.attribute(attribute, value))}}`);
      const most = String(Math.floor(limit));
      const command = [
        'ft.search', name, `(${filters.join(' ')})=>[KNN ${most} @v $vector AS distance]`, 'PARAMS', '2', 'vector', asBuffer(vector),
        'SORTBY', 'distance', 'ASC', 'LIMIT', '0', most, 'RETURN', '2', 'i', 'distance', 'DIALECT', '2',
      ];
      const ask = () => send(command).then(candidatesIn);
      try {
        return await ask();
      } catch (error) {
        // Somebody dropped the index, or emptied the database.
        if (!(error instanceof Error && /no such index|unknown index/i.test(error.message))) throw error;
        made.delete(name);
        await make(fingerprint, vector.length);
        return ask();
      }
    },
  };
}

const indexOf = (prefix: string, fingerprint: Fingerprint): string => `${prefix}v:${nameOf(fingerprint)}`;
const vectorField = (fingerprint: Fingerprint): string => `v:${nameOf(fingerprint)}`;
const groupOf = ({ tenant, namespace, scope }: Pick<Entry, 'tenant' | 'namespace' | 'scope'>): string => nameOf(JSON.stringify([tenant, namespace, scope]));
/** Names have letters, digits, `_` and `-`, of which the last means something in a query. */
const escaped = (name: string): string => name.replaceAll('-', '\\-');
const asBuffer = (bytes: Uint8Array | Float32Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function create(send: RedisCommands['send'], name: string, field: string, dimensions: number, bases: readonly string[], kind: 'HNSW' | 'FLAT'): Promise<void> {
  const places = bases.map((base) => `${base}e:`);
  try {
    await send([
      'ft.create', name, 'ON', 'HASH', 'PREFIX', String(places.length), ...places,
      'SCHEMA', 'g', 'TAG', 'CASESENSITIVE', 'u', 'TAG', 'CASESENSITIVE', 'r', 'TAG', 'SEPARATOR', ',', 'CASESENSITIVE',
      field, 'AS', 'v', 'VECTOR', kind, '6', 'TYPE', 'FLOAT32', 'DIM', String(dimensions), 'DISTANCE_METRIC', 'COSINE',
    ]);
  } catch (error) {
    if (!(error instanceof Error && /already exists/i.test(error.message))) throw error;
  }
}

/** Reads what a search found: a flat list in RESP2, named parts in RESP3. */
function candidatesIn(reply: Reply): Candidate[] {
  const parts = listOf(reply);
  const rows =
    typeof parts[0] === 'number'
      ? parts.filter((_, at) => at > 0 && at % 2 === 0)
      : listOf(named(parts, 'results') ?? []).map((row) => named(listOf(row), 'extra_attributes'));
  const found: Candidate[] = [];
  for (const row of rows) {
    // An entry that has just expired is named without its fields.
    if (!Array.isArray(row)) continue;
    const id = textOf(named(row, 'i'));
    const distance = Number(textOf(named(row, 'distance')));
    if (id !== undefined && Number.isFinite(distance)) found.push({ id: JSON.parse(id) as string, similarity: 1 - distance });
  }
  return found;
}

/** The value after a name in a flat list of names and values. */
function named(pairs: readonly Reply[], name: string): Reply | undefined {
  for (let at = 0; at + 1 < pairs.length; at += 2) if (textOf(pairs[at]) === name) return pairs[at + 1];
  return undefined;
}
