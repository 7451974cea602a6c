import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ClosedError, NotACacheError } from '../base/errors.ts';
import { isObject, type Json, parseJson } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';
import { type Entry, type EntryHead, headOf } from '../model/entry.ts';
import { type Address, pathIn, sizesIn } from './address.ts';
import { moved, select } from './matches.ts';
import { byName, memoryRecords } from './memory-records.ts';
import { fromReadable, type ReadableEntry, toReadable } from './readable.ts';
import type { Query, Store, StoreContext, StoredRecord } from './store.ts';
import { TEMPORARY, writeWhole } from './write-file.ts';

export interface JsonStoreOptions extends Partial<StoreContext> {
  /** The file. Made with its folders when something is stored first. */
  readonly path: string;
}

/** How long after a change the file is saved at the latest, while the process goes on. */
const SAVE_AFTER: Milliseconds = 1000;
const VERSION = 1;

/** An entry as it came from the file, or as it was set; the other form is made when it is needed. */
interface Kept {
  readonly id: string;
  entry?: Entry;
  readable?: ReadableEntry;
}

interface Loaded {
  readonly kept: Map<string, Kept>;
  readonly records: ReturnType<typeof memoryRecords>;
}

/**
 * Keeps entries in one JSON file that people can read and commit; `json:PATH`. It is loaded on open and held in memory. A write lasts once
 * the file is saved: on `close`, a second after a change, and, as far as that can be, when the process ends. Entries are sorted by id, so
 * that versions of the file compare well. It is for one process at a time: of two, the later save wins.
 *
 * A file that cannot be read is a `NotACacheError` and is never overwritten. A single entry that was changed by hand, so that its checksum
 * does not fit, is not served, and stays in the file until it is replaced.
 */
export function jsonStore(options: JsonStoreOptions): Store {
  const path = resolve(options.path);
  const { onDamage = () => {} } = options;
  let loaded: Loaded | undefined;
  let closed = false;
  let changed = false;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();

  const use = (): Loaded => {
    if (closed) throw new ClosedError();
    return (loaded ??= load(path, onChange));
  };
  const entryOf = (kept: Kept): Entry | undefined => (kept.entry ??= fromReadable(kept.id, kept.readable, onDamage));

  function onChange(): void {
    if (!changed) process.once('exit', saveAtExit);
    changed = true;
    // A save that fails is tried again with the next change, and on `close`, which tells.
    timer ??= setTimeout(() => void save().catch(() => {}), SAVE_AFTER).unref();
  }
  const settled = () => {
    changed = false;
    process.off('exit', saveAtExit);
  };

  function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    saving = saving.catch(() => {}).then(async () => {
      if (!loaded || !changed) return;
      const text = textOf(loaded);
      settled();
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeWhole(path, text);
      } catch (error) {
        onChange();
        throw error;
      }
    });
    return saving;
  }
  function saveAtExit(): void {
    if (!loaded) return;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}${TEMPORARY}${process.pid}`;
      writeFileSync(temporary, textOf(loaded), { mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      // The process ends and there is nobody left to tell.
    }
  }

  const named = (query: Query): Entry[] => {
    const entries = [...use().kept.values()].map(entryOf).filter((entry) => entry !== undefined);
    return select(entries, query);
  };
  const put = (entry: Entry) => {
    use().kept.set(entry.id, { id: entry.id, entry });
    onChange();
  };

  return {
    name: 'json',
    async open() {
      use();
      return {};
    },
    get(id) {
      const kept = use().kept.get(id);
      return kept && entryOf(kept);
    },
    set: put,
    touch(id, expiresAt) {
      const kept = use().kept.get(id);
      const entry = kept && entryOf(kept);
      if (entry) put(moved(entry, expiresAt));
    },
    async *find(query): AsyncGenerator<EntryHead> {
      for (const entry of named(query)) yield headOf(entry);
    },
    async delete(query) {
      const { kept } = use();
      const everything = Object.values(query).every((member) => member === undefined);
      const entries = named(query);
      for (const entry of entries) kept.delete(entry.id);
      if (everything) kept.clear();
      if (entries.length > 0 || everything) onChange();
      return entries.length;
    },
    async size() {
      const entries = named({});
      return { entries: entries.length, bytes: entries.reduce((sum, entry) => sum + headOf(entry).bytes, 0) };
    },
    records: {
      get: (name) => use().records.get(name),
      put: (name, value, version) => use().records.put(name, value, version),
      delete: (name) => use().records.delete(name),
      list: (prefix) => use().records.list(prefix),
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        await save();
      } finally {
        clearTimeout(timer);
        settled();
      }
    },
  };
}

/** The JSON store that a URL names. */
export function jsonStoreAt(address: Address, context: StoreContext): Store {
  sizesIn(address, []);
  return jsonStore({ path: pathIn(address), ...context });
}

/** Reads the file, which may not be there yet. */
function load(path: string, onChange: () => void): Loaded {
  if (!existsSync(path)) return { kept: new Map(), records: memoryRecords([], onChange) };
  const content = parseJson(readFileSync(path, 'utf8'));
  if (!isObject(content) || content.reprise !== 'cache') throw new NotACacheError(path, 'is no JSON file of a cache');
  if (content.version !== VERSION) throw new NotACacheError(path, `has format version ${String(content.version)}, and only ${VERSION} can be read`);
  const { entries, records } = content;
  if (!Array.isArray(entries) || !entries.every(hasId) || !Array.isArray(records) || !records.every(isRecord)) {
    throw new NotACacheError(path, 'is damaged');
  }
  const kept = new Map<string, Kept>();
  for (const readable of entries as unknown as ReadableEntry[]) kept.set(readable.id, { id: readable.id, readable });
  return { kept, records: memoryRecords(records as unknown as StoredRecord[], onChange) };
}

const hasId = (value: Json): boolean => isObject(value) && typeof value.id === 'string';
const isRecord = (value: Json): boolean =>
  isObject(value) && typeof value.name === 'string' && typeof value.value === 'string' && typeof value.version === 'number';

/** The file's text. */
function textOf({ kept, records }: Loaded): string {
  const sorted = [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const entries = sorted.map((one) => (one.readable ??= toReadable(one.entry!)));
  return `${JSON.stringify({ reprise: 'cache', version: VERSION, entries, records: [...records].sort(byName) }, null, 2)}\n`;
}
