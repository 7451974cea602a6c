import { hash } from 'node:crypto';
import { ClosedError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import type { Address } from './address.ts';
import { changeLog } from './postgres/changes.ts';
import { type Database, openDatabase } from './postgres/database.ts';
import { type Entries, entriesIn } from './postgres/entries.ts';
import { leasesIn } from './postgres/leases.ts';
import { listenerOf } from './postgres/listener.ts';
import { logsIn } from './postgres/logs.ts';
import { optionsIn, type PostgresStoreOptions, settingsOf } from './postgres/options.ts';
import { reaper } from './postgres/reaper.ts';
import { recordsIn } from './postgres/records.ts';
import { migrate } from './postgres/schema.ts';
import { vectorTables } from './postgres/vectors.ts';
import type { Abilities, Store, StoreContext } from './store.ts';

/** The store, and what can be asked of PostgreSQL alone. */
export interface PostgresStore extends Store {
  /** Deletes what is past `dropAt` now, as otherwise every `reapEvery`; says how many. */
  reap(): Promise<number>;
}

interface Opened {
  readonly database: Database;
  readonly entries: Entries;
  readonly abilities: Abilities;
  reap(): Promise<number>;
  close(): Promise<void>;
}

/** The store as `postgres-later.ts` describes it, loaded. */
export function postgresStore(options: PostgresStoreOptions = {}): PostgresStore {
  const { now = Date.now, onDamage = () => {} } = options;
  const settings = settingsOf(options);
  const channelOf = (purpose: string) => `reprise_${purpose}_${hash('sha256', settings.schema).slice(0, 16)}`;
  const channels = { changes: channelOf('changes'), logs: channelOf('logs') };
  let closed = false;

  const opened = lazy(async (): Promise<Opened> => {
    if (closed) throw new ClosedError();
    const database = await openDatabase(settings);
    try {
      await migrate(database, channels.changes);
      const search = settings.vectors ? await vectorTables(database) : undefined;
      const listener = settings.listenUrl === false ? undefined : listenerOf(settings.listenUrl, () => changes.lost());
      const changes = changeLog(database, listener, channels.changes);
      await changes.anchor();
      const entries = entriesIn(database, changes, search, onDamage);
      const { reap, stop } = reaper(database, entries, now, settings.reapEvery);
      return {
        database,
        entries,
        reap,
        abilities: {
          remote: true,
          ...(search && { search }),
          changes,
          leases: leasesIn(database, channels.logs),
          logs: logsIn(database, listener, channels.logs),
        },
        async close() {
          await stop();
          await changes.close();
          await listener?.close();
          await database.close();
        },
      };
    } catch (error) {
      await database.close().catch(() => {});
      throw error;
    }
  });
  const use = async (): Promise<Opened> => {
    if (closed) throw new ClosedError();
    return opened();
  };
  const entries = async () => (await use()).entries;

  return {
    name: 'postgres',
    open: async () => (await use()).abilities,
    get: async (id) => (await entries()).get(id),
    set: async (entry) => (await entries()).put(entry),
    touch: async (id, expiresAt) => (await entries()).touch(id, expiresAt),
    async *find(query) {
      yield* (await entries()).find(query);
    },
    delete: async (query) => (await entries()).delete(query),
    size: async () => (await entries()).size(),
    records: recordsIn(async () => (await use()).database),
    reap: async () => (await use()).reap(),
    async close() {
      closed = true;
      if (opened.started) await (await opened().catch(() => undefined))?.close();
    },
  };
}

/** The store that a `postgres:` URL names. */
export function postgresStoreAt({ scheme, path, options }: Address, context: StoreContext): Store {
  const query = new URLSearchParams(options).toString();
  const given = optionsIn(`${scheme}://${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`);
  return postgresStore({ ...given, ...context });
}
