import type { Records, StoredRecord } from './store.ts';

/** Records in the process's memory. `onChange` is called after every write; `begin` are those to start with. */
export function memoryRecords(begin: Iterable<StoredRecord> = [], onChange: () => void = () => {}): Records & Iterable<StoredRecord> {
  const records = new Map<string, StoredRecord>();
  let last = 0;
  for (const record of begin) {
    records.set(record.name, record);
    last = Math.max(last, record.version);
  }
  return {
    get: (name) => records.get(name),
    put(name, value, version) {
      if (records.get(name)?.version !== version) return false;
      records.set(name, { name, value, version: ++last });
      onChange();
      return true;
    },
    delete(name) {
      if (records.delete(name)) onChange();
    },
    list: (prefix) => [...records.values()].filter((record) => record.name.startsWith(prefix)).sort(byName),
    [Symbol.iterator]: () => records.values(),
  };
}

/** Sorted by name, by UTF-16 code units as JavaScript compares, whatever the locale. */
export const byName = (a: StoredRecord, b: StoredRecord): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
