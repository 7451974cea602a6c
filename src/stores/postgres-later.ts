import { lazyStore } from './lazy-store.ts';
import { type PostgresStoreOptions, settingsOf } from './postgres/options.ts';
import type { Store } from './store.ts';

export type { PostgresStoreOptions } from './postgres/options.ts';

/**
 * Keeps entries in PostgreSQL 13 or newer; `postgres://user:password@host:port/database`. Needs the package `pg`, or a pool of it. Connects on
 * first use, and makes its tables then, in a schema of their own.
 *
 * A write that is done has been committed, as `synchronous_commit` of the server says. What others wrote or deleted is told within moments where
 * the store can listen, else within 100 ms. Every operation has a time limit: a connection that exceeds it is cut off, and the operation
 * fails. Statements have no state but in their own transaction, so that PgBouncer may stand between. Entries past `dropAt` are deleted in
 * small steps. Offers `changes`, `leases` and `logs`, and `search` where pgvector 0.8 or newer is there or may be made.
 */
export function postgresStore(options: PostgresStoreOptions = {}): Store {
  settingsOf(options);
  return lazyStore('postgres', async () => (await import('./postgres.ts')).postgresStore(options));
}
