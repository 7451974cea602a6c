import { OptionError } from '../../base/errors.ts';
import type { Peer } from '../../base/lazy.ts';
import { type Duration, type Milliseconds, toMilliseconds } from '../../base/units.ts';
import type { StoreContext } from '../store.ts';

/** The driver, which the user installs. */
export const postgresPeer: Peer = { name: 'pg', range: '^8.11.0' };

/** What is used of a `Pool` of `pg`. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}

/** What is used of a connection of such a pool. */
export interface PostgresClient {
  /** Of the server's process, as the driver was told. */
  readonly processID?: number | null;
  query(query: { readonly text: string; readonly values?: unknown[]; readonly name?: string; readonly rowMode: 'array' }): Promise<{ readonly rows: readonly unknown[][] }>;
  release(error?: Error): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresStoreOptions extends Partial<StoreContext> {
  /**
   * Where to connect: `postgres://user:password@host:port/database`, with the options of the driver, such as `?sslmode=verify-full`. PgBouncer
   * in transaction mode will do. @default PG_DSN, else the variables of libpq, such as PGHOST
   */
  readonly url?: string;
  /** A pool of yours (`new Pool()` of `pg`) in the place of `url`. The store never ends it. */
  readonly pool?: PostgresPool;
  /** The schema that its tables are in, made when it is not there. 1 to 63 characters. @default 'reprise' */
  readonly schema?: string;
  /**
   * Where to listen for what other processes change. Has to lead to PostgreSQL itself, as poolers do not hand on notifications. `false`: the
   * changes are looked up every 100 ms. @default `url`; `false` with a `pool`
   */
  readonly listenUrl?: string | false;
  /** The most connections at one time: 1 or more. Listening takes one besides. @default 10 */
  readonly maxConnections?: number;
  /** How long a read of one entry or record may take, connecting included. @default 250 */
  readonly readTimeout?: Duration;
  /** How long a write, a search, or one step of a longer work may take. @default '5s' */
  readonly writeTimeout?: Duration;
  /** How often entries past `dropAt` are deleted; 0 for never. @default '30s' */
  readonly reapEvery?: Duration;
  /** Whether nearest vectors are searched by pgvector: where it is there or may be made, or never. @default 'auto' */
  readonly vectors?: 'auto' | 'off';
}

/** The options with their defaults, checked. */
export interface PostgresSettings {
  readonly url: string | undefined;
  readonly pool: PostgresPool | undefined;
  readonly schema: string;
  readonly listenUrl: string | false | undefined;
  readonly maxConnections: number;
  readonly readTimeout: Milliseconds;
  readonly writeTimeout: Milliseconds;
  readonly reapEvery: Milliseconds;
  readonly vectors: boolean;
}

/** Checks the options and fills in what is not given. */
export function settingsOf(options: PostgresStoreOptions): PostgresSettings {
  const { url = process.env.PG_DSN, pool, schema = 'reprise', maxConnections = 10, vectors = 'auto' } = options;
  if (!/^[^\0"]{1,63}$/u.test(schema) || Buffer.byteLength(schema) > 63) throw new OptionError('schema', 'a name of 1 to 63 characters', schema);
  if (!(Number.isInteger(maxConnections) && maxConnections >= 1)) throw new OptionError('maxConnections', 'a whole number from 1 up', maxConnections);
  if (vectors !== 'auto' && vectors !== 'off') throw new OptionError('vectors', "'auto' or 'off'", vectors);
  return {
    url,
    pool,
    schema,
    listenUrl: options.listenUrl ?? (pool ? false : url),
    maxConnections,
    readTimeout: atLeastOne(options.readTimeout ?? 250, 'readTimeout'),
    writeTimeout: atLeastOne(options.writeTimeout ?? 5000, 'writeTimeout'),
    reapEvery: toMilliseconds(options.reapEvery ?? 30_000, 'reapEvery'),
    vectors: vectors === 'auto',
  };
}

function atLeastOne(given: Duration, option: string): Milliseconds {
  const span = toMilliseconds(given, option);
  if (!(span >= 1)) throw new OptionError(option, 'a span of 1 millisecond or more', given);
  return span;
}

const OWN = ['schema', 'listenUrl', 'maxConnections', 'readTimeout', 'writeTimeout', 'reapEvery', 'vectors'] as const;

/** The options that a URL holds. Those of the store are taken out, the others are the driver's. */
export function optionsIn(url: string): PostgresStoreOptions {
  const [place = '', query = ''] = url.split(/\?([\s\S]*)/);
  const given = new URLSearchParams(query);
  const own: Record<string, string> = {};
  for (const name of OWN) {
    const value = given.get(name);
    if (value !== null) own[name] = value;
    given.delete(name);
  }
  const rest = given.toString();
  const { maxConnections, listenUrl, readTimeout, writeTimeout, reapEvery, ...plain } = own;
  const span = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
  return {
    ...plain,
    ...(/^\w+:(?:\/\/)?$/.test(place) ? {} : { url: rest === '' ? place : `${place}?${rest}` }),
    ...(maxConnections !== undefined && { maxConnections: Number(maxConnections) }),
    ...(listenUrl !== undefined && { listenUrl: listenUrl === 'false' ? (false as const) : listenUrl }),
    ...(readTimeout !== undefined && { readTimeout: span(readTimeout) }),
    ...(writeTimeout !== undefined && { writeTimeout: span(writeTimeout) }),
    ...(reapEvery !== undefined && { reapEvery: span(reapEvery) }),
  };
}
