/** A client of `@qdrant/js-client-rest`, as far as it is used. */
export interface QdrantClient {
  versionInfo(...args: never[]): Promise<unknown>;
  getCollection(...args: never[]): Promise<unknown>;
  createCollection(...args: never[]): Promise<unknown>;
  createPayloadIndex(...args: never[]): Promise<unknown>;
  createVectorName(...args: never[]): Promise<unknown>;
  upsert(...args: never[]): Promise<unknown>;
  retrieve(...args: never[]): Promise<unknown>;
  scroll(...args: never[]): Promise<unknown>;
  count(...args: never[]): Promise<unknown>;
  query(...args: never[]): Promise<unknown>;
  delete(...args: never[]): Promise<unknown>;
  setPayload(...args: never[]): Promise<unknown>;
}

/** The methods of the client, in the words of Qdrant's REST API (https://api.qdrant.tech/). */
export interface QdrantApi {
  versionInfo(): Promise<{ readonly version: string }>;
  getCollection(collection: string): Promise<CollectionInfo>;
  createCollection(collection: string, settings: object): Promise<unknown>;
  createPayloadIndex(collection: string, index: { readonly wait: true; readonly field_name: string; readonly field_schema: object }): Promise<unknown>;
  createVectorName(collection: string, name: string, config: { readonly dense: { readonly size: number; readonly distance: 'Cosine' } }): Promise<unknown>;
  upsert(
    collection: string,
    update: Update & { readonly points: readonly Point[]; readonly update_filter?: Filter; readonly update_mode?: 'insert_only' | 'update_only' },
  ): Promise<unknown>;
  retrieve(collection: string, request: Reading & { readonly ids: readonly string[]; readonly with_payload: Fields }): Promise<readonly Found[]>;
  scroll(
    collection: string,
    request: Reading & {
      readonly filter: Filter;
      readonly limit: number;
      readonly offset?: string;
      readonly order_by?: { readonly key: string; readonly direction: 'asc' | 'desc' };
      readonly with_payload: Fields;
    },
  ): Promise<{ readonly points: readonly Found[]; readonly next_page_offset?: string | null }>;
  count(collection: string, request: { readonly filter: Filter; readonly exact: boolean }): Promise<{ readonly count: number }>;
  query(
    collection: string,
    request: {
      readonly query: readonly number[] | { readonly sample: 'random' };
      readonly using?: string;
      readonly filter: Filter;
      readonly limit: number;
      readonly params?: { readonly hnsw_ef: number };
      readonly with_payload: Fields;
    },
  ): Promise<{ readonly points: readonly (Found & { readonly score: number })[] }>;
  delete(collection: string, update: Update & { readonly filter: Filter }): Promise<unknown>;
  setPayload(collection: string, update: Update & { readonly filter: Filter; readonly payload: Payload }): Promise<unknown>;
}

/** `ordering: 'strong'` goes by one replica, so that all carry out updates in one order. */
interface Update {
  readonly wait: true;
  readonly ordering?: 'strong';
}

interface Reading {
  readonly consistency?: 'majority';
}

export type Payload = Readonly<Record<string, unknown>>;
/** Which fields of a payload are wanted. */
export type Fields = false | readonly string[];

export interface Point {
  readonly id: string;
  readonly vector: Readonly<Record<string, readonly number[]>>;
  readonly payload: Payload;
}

export interface Found {
  readonly id: string;
  readonly payload?: Payload | null;
}

export interface Filter {
  readonly must: readonly Condition[];
}

export type Condition =
  | { readonly key: string; readonly match: { readonly value: string | number } | { readonly any: readonly string[] } }
  | { readonly key: string; readonly range: { readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number } }
  | { readonly has_id: readonly string[] }
  | { readonly has_vector: string };

export interface CollectionInfo {
  readonly points_count?: number | null;
  readonly config: { readonly params: { readonly vectors?: unknown }; readonly metadata?: Payload | null };
  readonly payload_schema: Readonly<Record<string, unknown>>;
}

/** What the server, or the way to it, said no with. */
export class QdrantFailure extends Error {
  /** The status of HTTP, where there was an answer. */
  readonly status: number | undefined;
  constructor(message: string, status: number | undefined, cause: unknown) {
    super(message, { cause });
    this.name = 'QdrantFailure';
    this.status = status;
  }
}

/** Asks, and makes of the client's error one that says why: the client's own has no more than the words of the status. */
export async function asked<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): QdrantFailure {
  const { status, data, message, name, cause } = error as { status?: number; data?: { status?: { error?: unknown } }; message?: string; name?: string; cause?: { message?: string; code?: string } };
  if (status !== undefined) return new QdrantFailure(`status ${status}: ${String(data?.status?.error ?? message)}`, status, error);
  if (name === 'QdrantClientTimeoutError') return new QdrantFailure('no answer in time', undefined, error);
  return new QdrantFailure([message, cause?.code ?? cause?.message].filter(Boolean).join(': '), undefined, error);
}

/** The status of what was not done. */
export const statusOf = (error: unknown): number | undefined => (error instanceof QdrantFailure ? error.status : undefined);
