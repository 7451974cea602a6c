import type { Store } from './store.ts';

/** Stores of readable files, which people commit. They change with their entries alone. */
const COMMITTED: ReadonlySet<string> = new Set(['json', 'file']);

/** True when what is counted may be added to the store's records. */
export const keepsStatistics = (store: Store): boolean => !COMMITTED.has(store.name);
