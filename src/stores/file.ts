import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClosedError, NotACacheError } from '../base/errors.ts';
import { isObject, parseJson } from '../base/json.ts';
import { type Entry, type EntryHead, headOf } from '../model/entry.ts';
import { type Address, pathIn, sizesIn } from './address.ts';
import { fileIndex, sideBySide } from './file/index.ts';
import { fileName } from './file/names.ts';
import { fileRecords } from './file/records.ts';
import { matcher, moved, select } from './matches.ts';
import { makePrivateFolder } from './private-folder.ts';
import { fromReadable, toReadable } from './readable.ts';
import type { Query, Store, StoreContext } from './store.ts';
import { isAbsent, writeWhole } from './write-file.ts';

export interface FileStoreOptions extends Partial<StoreContext> {
  /** The folder, made with those above it when there is none. */
  readonly path: string;
}

/**
 * Keeps each entry as a JSON file that people can read; `file:DIR`. The files are `DIR/<tenant>/<namespace>/<id>.json`, where a name that is
 * not safe on every file system is hashed (`fileName` says which). A write is done when the file is complete and flushed to the disk.
 *
 * Several processes may share the folder: what others write is seen within 50 ms by `get`, at once by `find`, and told to subscribers within
 * 100 ms (later in folders of many thousand files). There is no size limit; `find` and `delete` read every file of the tenant and namespace.
 */
export function fileStore(options: FileStoreOptions): Store {
  const root = resolve(options.path);
  const { onDamage = () => {} } = options;
  const index = fileIndex(root);
  /** The last work on each file, for which the next one waits. */
  const busy = new Map<string, Promise<unknown>>();
  let opening: Promise<void> | undefined;
  let closed = false;

  const open = () => {
    if (closed) throw new ClosedError();
    return (opening ??= (async () => {
      if (existsSync(root) && !statSync(root).isDirectory()) throw new NotACacheError(root, 'is no folder');
      makePrivateFolder(root);
      await index.refresh(true);
    })().catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  };

  /** Does one thing after the other with one file. */
  const alone = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (busy.get(name) ?? Promise.resolve()).catch(() => {}).then(work);
    busy.set(name, mine);
    const done = () => {
      if (busy.get(name) === mine) busy.delete(name);
    };
    mine.then(done, done);
    return mine;
  };

  const pathOf = (name: string, folder: string) => join(root, folder, `${name}.json`);

  /** Reads one file; `undefined` when it is gone or damaged. `id` absent: whatever id fits the file's name. */
  const readEntry = async (name: string, folder: string, id?: string): Promise<{ entry: Entry; bytes: number } | 'gone' | undefined> => {
    let text: string;
    try {
      text = await readFile(pathOf(name, folder), 'utf8');
    } catch (error) {
      if (isAbsent(error)) return 'gone';
      throw error;
    }
    const readable = parseJson(text);
    const said = isObject(readable) && typeof readable.id === 'string' ? readable.id : undefined;
    const entry = fromReadable(id ?? (said !== undefined && fileName(said) === name ? said : name), readable, onDamage);
    return entry && { entry, bytes: Buffer.byteLength(text) };
  };

  /** The entry of an id, wherever its file is. */
  const find = async (id: string): Promise<{ entry: Entry; folder: string } | undefined> => {
    const name = fileName(id);
    for (const again of [false, true]) {
      const known = index.folderOf(name);
      if (known === undefined) await index.refresh(again);
      const folder = known ?? index.folderOf(name);
      if (folder === undefined) return undefined;
      const found = await readEntry(name, folder, id);
      if (found !== 'gone') return found && { entry: found.entry, folder };
      index.gone(name, folder);
    }
    return undefined;
  };

  const write = async (entry: Entry) => {
    const name = fileName(entry.id);
    const folder = join(fileName(entry.tenant), fileName(entry.namespace));
    const before = index.folderOf(name);
    await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
    await writeWhole(pathOf(name, folder), `${JSON.stringify(toReadable(entry), null, 2)}\n`);
    if (before !== undefined && before !== folder) {
      await rm(pathOf(name, before), { force: true });
      index.deleted(name, before);
    }
    await index.wrote(name, entry.id, folder);
  };

  /** Files among which those that a query names must be. */
  const candidates = async (query: Query): Promise<[name: string, folder: string][]> => {
    await open();
    await index.refresh(true);
    const { tenant, namespace } = query;
    const names = query.ids && new Set(query.ids.map(fileName));
    const inFolders = index.files(
      (folder, subfolder) =>
        (tenant === undefined || folder === fileName(tenant)) && (namespace === undefined || subfolder === fileName(namespace)),
    );
    return names ? inFolders.filter(([name]) => names.has(name)) : inFolders;
  };

  const heads = async (query: Query): Promise<EntryHead[]> => {
    const fits = matcher(query);
    const found: EntryHead[] = [];
    await sideBySide(await candidates(query), async ([name, folder]) => {
      const read = await readEntry(name, folder);
      if (read && read !== 'gone' && fits(read.entry)) found.push(headOf(read.entry, read.bytes));
    });
    return select(found, { newestFirst: query.newestFirst, limit: query.limit });
  };

  return {
    name: 'file',
    async open() {
      await open();
      return { changes: index };
    },
    async get(id) {
      await open();
      return (await find(id))?.entry;
    },
    async set(entry) {
      await open();
      await alone(fileName(entry.id), () => write(entry));
    },
    async touch(id, expiresAt) {
      await open();
      await alone(fileName(id), async () => {
        const found = await find(id);
        if (found) await write(moved(found.entry, expiresAt));
      });
    },
    async *find(query) {
      yield* await heads(query);
    },
    async delete(query) {
      const fits = matcher(query);
      let count = 0;
      await sideBySide(await heads(query), ({ id }) =>
        alone(fileName(id), async () => {
          // Looked at again, as it may have been replaced meanwhile.
          const found = await find(id);
          if (!found || !fits(found.entry)) return;
          await rm(pathOf(fileName(id), found.folder), { force: true });
          index.deleted(fileName(id), found.folder);
          count++;
        }),
      );
      return count;
    },
    async size() {
      let entries = 0;
      let bytes = 0;
      await sideBySide(await candidates({}), async ([name, folder]) => {
        const file = await stat(pathOf(name, folder)).catch((error: unknown) => {
          if (!isAbsent(error)) throw error;
        });
        if (!file) return;
        entries++;
        bytes += file.size;
      });
      return { entries, bytes };
    },
    records: fileRecords(join(root, '.records')),
    async close() {
      closed = true;
      index.close();
      await Promise.allSettled(busy.values());
    },
  };
}

/** The file store that a URL names. */
export function fileStoreAt(address: Address, context: StoreContext): Store {
  sizesIn(address, []);
  return fileStore({ path: pathIn(address), ...context });
}
