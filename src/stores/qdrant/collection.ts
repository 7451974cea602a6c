import { NotACacheError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import { asked, type CollectionInfo, type Condition, type Fields, type Filter, type Found, type Payload, type Point, type QdrantApi, statusOf } from './client.ts';
import { filterOf } from './filter.ts';

/** Version of the layout of points, kept in the metadata of the collection. */
const LAYOUT = 1;
/** The oldest server that can name vectors of a collection that is there already. */
const OLDEST = '1.18';
/** The vector that every point has, of one dimension: an entry without a model's vector is a name and a value. */
const PLAIN = 'plain';
/** Vectors that are named at most, so that a faulty import does not fill the collection. */
const MOST_VECTORS = 64;
/** How old the list of vectors may be when one is missing. */
const FRESH: Milliseconds = 1000;

const digest = { type: 'uuid', enable_hnsw: false };
const moment = { type: 'float', enable_hnsw: false };
/**
 * The fields that are filtered by. Links between vectors are made within one scope alone, as every search is within one; the points of a tenant
 * are stored near to each other.
 */
const INDEXES: Readonly<Record<string, object>> = {
  kind: { type: 'keyword', enable_hnsw: false },
  tenant: { ...digest, is_tenant: true },
  namespace: digest,
  scope: { type: 'uuid' },
  turns: digest,
  model: digest,
  names: digest,
  createdAt: moment,
  expiresAt: moment,
  dropAt: moment,
  stamp: { type: 'integer', lookup: true, range: true, enable_hnsw: false },
};

/** Whether an update happens only where the point is there (or is not), or, for one that is there, only where it fits. */
export interface When {
  readonly only?: 'insert' | 'update';
  readonly where?: readonly Condition[];
}

/** The points of a collection. One that somebody deleted is made anew when it is missed. */
export interface Collection {
  /** True where this process made it. */
  readonly made: boolean;
  put(point: Point, when?: When): Promise<void>;
  /** The points of these ids that are there. `surely`: as most replicas have it. */
  pick(ids: readonly string[], fields: Fields, surely?: boolean): Promise<readonly Found[]>;
  /** In the order of ids, or of `createdAt`. `after`: where the page before ended, which only the order of ids has. */
  page(conditions: readonly Condition[], limit: number, fields: Fields, how?: { readonly by?: 'oldest' | 'newest'; readonly after?: string | undefined }): Promise<{ points: readonly Found[]; after: string | undefined }>;
  count(conditions: readonly Condition[], exact: boolean): Promise<number>;
  sample(conditions: readonly Condition[], limit: number, fields: Fields): Promise<readonly Found[]>;
  nearest(vector: string, sought: readonly number[], conditions: readonly Condition[], limit: number, fields: Fields): Promise<readonly (Found & { readonly score: number })[]>;
  remove(conditions: readonly Condition[], surely?: boolean): Promise<void>;
  change(conditions: readonly Condition[], payload: Payload): Promise<void>;
  /** True where the collection has a vector of that name. */
  hasVector(name: string): Promise<boolean>;
  /** Makes a vector; false where that is not allowed, or there are too many. */
  makeVector(name: string, size: number): Promise<boolean>;
  vectors(): readonly string[];
}

/** Looks at the server's version. */
export async function versionOf(api: QdrantApi, place: string): Promise<string> {
  const { version } = await asked(api.versionInfo());
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [oldestMajor, oldestMinor] = OLDEST.split('.').map(Number) as [number, number];
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new NotACacheError(place, `is in Qdrant ${version}, and ${OLDEST} is the oldest that will do`);
  }
  return version;
}

/** The collection of a name, with its indexes, made where it is not there. Several processes may do so at once. */
export async function openCollection(api: QdrantApi, setUp: QdrantApi, name: string): Promise<Collection> {
  let vectors = new Set<string>();
  let listed = -Infinity;
  let made = false;
  const place = `the collection ${name}`;

  const look = async (): Promise<CollectionInfo | undefined> => {
    try {
      return await asked(setUp.getCollection(name));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  const learn = ({ config }: CollectionInfo) => {
    vectors = new Set(Object.keys((config.params.vectors as object | null) ?? {}));
    listed = performance.now();
  };
  const create = async (): Promise<CollectionInfo | undefined> => {
    try {
      await asked(
        setUp.createCollection(name, {
          vectors: { [PLAIN]: { size: 1, distance: 'Dot', hnsw_config: { m: 0, payload_m: 0 } } },
          hnsw_config: { m: 0, payload_m: 16 },
          metadata: { reprise: { layout: LAYOUT } },
        }),
      );
      made = true;
    } catch (error) {
      // Another process may have been quicker.
      const there = await look();
      if (!there) throw error;
      return there;
    }
    return look();
  };
  const find = async (): Promise<CollectionInfo> => {
    const info = (await look()) ?? (await create());
    if (!info) throw new NotACacheError(place, 'vanished while it was made');
    const layout = (info.config.metadata?.reprise as { layout?: unknown } | undefined)?.layout;
    if (layout === undefined) throw new NotACacheError(place, 'is a collection of something else');
    if (layout !== LAYOUT) throw new NotACacheError(place, `has the layout ${JSON.stringify(layout)}, and this version reads ${LAYOUT}`);
    learn(info);
    return info;
  };
  const index = async ({ payload_schema: known }: CollectionInfo) => {
    const missing = Object.entries(INDEXES).filter(([field]) => !Object.hasOwn(known, field));
    for (const [field, schema] of missing) await asked(setUp.createPayloadIndex(name, { wait: true, field_name: field, field_schema: schema }));
  };

  let mending: Promise<void> | undefined;
  let indexed = true;
  /** Makes the collection anew. Its indexes follow, as entries can be stored and read without them. */
  const mend = async () => {
    const info = await find();
    indexed = false;
    indexSoon(info);
  };
  let indexing = false;
  const indexSoon = (info?: CollectionInfo) => {
    if (indexed || indexing) return;
    indexing = true;
    const done = async () => {
      await index(info ?? (await find()));
      indexed = true;
    };
    // What could not be done is tried again with the next request.
    void done().catch(() => {}).finally(() => (indexing = false));
  };
  /** Sends, and once more where the collection had to be made anew. */
  const send = async <T>(request: () => Promise<T>): Promise<T> => {
    indexSoon();
    try {
      return await asked(request());
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      await (mending ??= mend().finally(() => (mending = undefined)));
      return asked(request());
    }
  };
  const refresh = async () => {
    const info = await look();
    if (info) learn(info);
  };

  await index(await find());
  return {
    get made() {
      return made;
    },
    async put(point, { only, where } = {}) {
      const conditional = only !== undefined || where !== undefined;
      await send(() =>
        api.upsert(name, {
          wait: true,
          points: [{ ...point, vector: { [PLAIN]: [1], ...point.vector } }],
          ...(conditional && { ordering: 'strong' as const }),
          ...(only && { update_mode: only === 'insert' ? ('insert_only' as const) : ('update_only' as const) }),
          ...(where && { update_filter: filterOf(...where) }),
        }),
      );
    },
    pick: (ids, fields, surely) => send(() => api.retrieve(name, { ids, with_payload: fields, ...(surely && { consistency: 'majority' as const }) })),
    async page(conditions, limit, fields, { by, after } = {}) {
      const { points, next_page_offset: next } = await send(() =>
        api.scroll(name, {
          filter: filterOf(...conditions), limit, with_payload: fields,
          ...(by && { order_by: { key: 'createdAt', direction: by === 'oldest' ? ('asc' as const) : ('desc' as const) } }),
          ...(after !== undefined && { offset: after }),
        }),
      );
      return { points, after: next ?? undefined };
    },
    count: async (conditions, exact) => (await send(() => api.count(name, { filter: filterOf(...conditions), exact }))).count,
    sample: async (conditions, limit, fields) => (await send(() => api.query(name, { query: { sample: 'random' }, filter: filterOf(...conditions), limit, with_payload: fields }))).points,
    async nearest(vector, sought, conditions, limit, fields) {
      const filter: Filter = filterOf(...conditions);
      const { points } = await send(() => api.query(name, { query: sought, using: vector, filter, limit, params: { hnsw_ef: Math.max(128, limit) }, with_payload: fields }));
      return points;
    },
    async remove(conditions, surely) {
      await send(() => api.delete(name, { wait: true, filter: filterOf(...conditions), ...(surely && { ordering: 'strong' as const }) }));
    },
    async change(conditions, payload) {
      await send(() => api.setPayload(name, { wait: true, filter: filterOf(...conditions), payload }));
    },
    async hasVector(vector) {
      if (!vectors.has(vector) && performance.now() - listed > FRESH) await refresh();
      return vectors.has(vector);
    },
    async makeVector(vector, size) {
      await refresh();
      if (vectors.has(vector)) return true;
      if (vectors.size > MOST_VECTORS) return false;
      try {
        await asked(setUp.createVectorName(name, vector, { dense: { size, distance: 'Cosine' } }));
      } catch (error) {
        if (statusOf(error) === 403) return false;
        await refresh();
        if (!vectors.has(vector)) throw error;
      }
      vectors.add(vector);
      return true;
    },
    vectors: () => [...vectors].filter((vector) => vector !== PLAIN),
  };
}
