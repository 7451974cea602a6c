import type { Pool } from 'pg';
import { loadPeer } from '../../base/lazy.ts';
import type { Milliseconds } from '../../base/units.ts';
import { type PostgresClient, type PostgresSettings, postgresPeer } from './options.ts';
import { quoted } from './text.ts';

/** A value as it is sent. Arrays are of texts. */
export type Value = null | number | string | boolean | Uint8Array | readonly string[];
/** A row in the order of its columns. Numbers of 8 bytes come as texts, as JavaScript has fewer digits. */
export type Row = readonly unknown[];

/** Runs one statement. It has no name on the server: through a pooler the next one may run on another connection. */
export type Run = (sql: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** A pool of connections, and where in the database the store is. */
export interface Database {
  /** The schema, quoted, with a dot after it: put before every table. */
  readonly s: string;
  readonly schema: string;
  readonly settings: PostgresSettings;
  /** Runs one statement within a time limit. @param limit `writeTimeout` when left out */
  readonly run: (sql: string, values?: readonly Value[], limit?: Milliseconds) => Promise<readonly Row[]>;
  /**
   * Runs one statement that is run often, within `readTimeout`. Straight to the server it is prepared there once for each connection, which
   * saves a third of the time; through a pooler it has no name, as any other.
   */
  readonly read: (name: string, sql: string, values: readonly Value[]) => Promise<readonly Row[]>;
  /** Runs several in one transaction, which ends when `work` does. `settings`: statements that hold for this transaction. */
  readonly transaction: <T>(work: (run: Run) => Promise<T>, settings?: string, limit?: Milliseconds) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** What PostgreSQL says when a transaction was given up for another one's sake, and may be tried again. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 4;
/** What it says to the name of a statement that another connection prepared, or that this one has already. */
const NAMES_MIXED = new Set(['26000', '42P05']);
/** How long a new connection may take. Reads have a limit of their own. */
const CONNECT: Milliseconds = 5000;

/** SQLSTATE of an error of the server, see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

const ignore = () => {};

/** Connects. */
export async function openDatabase(settings: PostgresSettings): Promise<Database> {
  const own = settings.pool ? undefined : await newPool(settings);
  // A connection that breaks while nobody uses it is replaced. Without a listener the process would end.
  own?.on('error', ignore);
  // Nor may one that the server cuts off in the moment in which it is lent for the first time.
  own?.on('connect', (client) => void client.on('error', ignore));
  const pool = settings.pool ?? own!;

  /** Lends a connection for some work. One whose work takes too long is cut off, so that nobody waits behind it. */
  const withClient = <T>(limit: Milliseconds, work: (client: PostgresClient) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      let client: PostgresClient | undefined;
      let over = false;
      const giveBack = (error?: Error) => {
        over = true;
        clearTimeout(timer);
        client?.release(error);
        client?.off('error', ignore);
      };
      const timer = setTimeout(() => {
        const error = new Error(`PostgreSQL did not answer within ${limit} ms`);
        giveBack(error);
        reject(error);
      }, limit);
      pool.connect().then(
        (lent) => {
          if (over) return lent.release();
          client = lent;
          client.on('error', ignore);
          work(client).then(
            (result) => {
              if (over) return;
              giveBack();
              resolve(result);
            },
            (error: Error) => {
              if (over) return;
              giveBack(codeOf(error) === undefined ? error : undefined);
              reject(error);
            },
          );
        },
        (error: unknown) => {
          if (over) return;
          giveBack();
          reject(error);
        },
      );
    });

  const runOn = (client: PostgresClient, name?: string): Run => async (sql, values) =>
    (await client.query({ text: sql, ...(values && { values: [...values] }), ...(name !== undefined && { name }), rowMode: 'array' })).rows;

  const run: Database['run'] = (sql, values, limit = settings.writeTimeout) => withClient(limit, (client) => runOn(client)(sql, values));

  // A pooler makes up the number of the process that a connection belongs to.
  let direct = await withClient(CONNECT, async (client) => {
    const [[pid] = []] = await runOn(client)('SELECT pg_backend_pid()');
    return client.processID === pid;
  }).catch(async (error: unknown) => {
    await own?.end();
    throw error;
  });

  return {
    s: `${quoted(settings.schema)}.`,
    schema: settings.schema,
    settings,
    run,

    async read(name, sql, values) {
      const limit = settings.readTimeout;
      if (!direct) return run(sql, values, limit);
      try {
        return await withClient(limit, (client) => runOn(client, name)(sql, values));
      } catch (error) {
        if (!NAMES_MIXED.has(codeOf(error) ?? '')) throw error;
        direct = false;
        return run(sql, values, limit);
      }
    },

    async transaction(work, statements = '', limit = settings.writeTimeout) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await withClient(limit, async (client) => {
            const inside = runOn(client);
            // One message for all, so that it takes one trip.
            await inside(`BEGIN; ${statements}`);
            try {
              const result = await work(inside);
              await inside('COMMIT');
              return result;
            } catch (error) {
              await inside('ROLLBACK').catch((broken: unknown) => {
                throw Object.assign(new Error('The transaction could not be rolled back.', { cause: broken }), { code: undefined });
              });
              throw error;
            }
          });
        } catch (error) {
          if (attempt >= ATTEMPTS || !TRY_AGAIN.has(codeOf(error) ?? '')) throw error;
        }
      }
    },

    async close() {
      await own?.end();
    },
  };
}

/** The driver. */
export const loadDriver = (): Promise<Pick<typeof import('pg'), 'Client' | 'Pool'>> => loadPeer(postgresPeer, async () => (await import('pg')).default);

async function newPool({ url, maxConnections }: PostgresSettings): Promise<Pool> {
  const { Pool } = await loadDriver();
  return new Pool({
    ...(url !== undefined && { connectionString: url }),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'reprise',
  });
}
