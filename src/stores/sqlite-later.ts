import { lazyStore } from './lazy-store.ts';
import { limitOf, type SqliteStoreOptions } from './sqlite/options.ts';
import type { Store } from './store.ts';

/**
 * Keeps entries in a SQLite file that several processes may share; `sqlite:PATH`, `sqlite::memory:`. Opened on first use.
 *
 * A write that is done has been committed: it outlives the process (also `kill -9`), while a power cut may take the last moments. Writes are
 * committed in groups, for which they wait some milliseconds; this process reads them meanwhile. A write waits up to 5 s for other processes
 * that write; a read never waits, and fails when the file is locked. What others wrote is seen within 100 ms. `find` and `delete` go in
 * steps of a few milliseconds. A file that may not be written is opened for reading.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  limitOf(options);
  return lazyStore('sqlite', async () => (await import('./sqlite.ts')).sqliteStore(options));
}
