import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Milliseconds } from '../../base/units.ts';
import type { Change, Changes } from '../store.ts';
import { textOfName } from './names.ts';
import { isAbsent } from '../write-file.ts';

/** How long what was seen of the folders is taken as true, so that a miss seldom looks at the disk. */
const FRESH: Milliseconds = 50;
/** How often a subscriber has the folders looked at. */
const POLL: Milliseconds = 50;
/** A folder that was changed so shortly before it was read may change again without another time of change. */
const GRAIN: Milliseconds = 50;
/** Files looked at side by side. */
const SIDE_BY_SIDE = 16;
const ENDING = '.json';

/** Tells one version of a file from the next. Absent: not looked at. */
type Stamp = string | undefined;

interface Folder {
  changedAt: bigint;
  settled: boolean;
  readonly files: Map<string, Stamp>;
}

/** Where the file of an entry is. Names are those of `fileName`, without their ending. */
export interface FileIndex extends Changes {
  /** The folder of a file, as far as known. */
  folderOf(name: string): string | undefined;
  /** Looks at the folders that changed since the last look; `always`: even when that was just now. */
  refresh(always?: boolean): Promise<void>;
  /** Files and their folders, of the folders that `fits` names. */
  files(fits: (tenant: string, namespace: string) => boolean): [name: string, folder: string][];
  /** Notes what this process wrote or deleted. */
  wrote(name: string, id: string, folder: string): Promise<void>;
  deleted(name: string, folder: string): void;
  /** Notes that a file turned out to be gone. */
  gone(name: string, folder: string): void;
  close(): void;
}

/** An index of `<root>/<tenant>/<namespace>/<id>.json`, kept true by the times at which folders changed. Folders that begin with a dot are left out. */
export function fileIndex(root: string): FileIndex {
  const folders = new Map<string, Folder>();
  const where = new Map<string, string>();
  /** Ids of hashed names, as far as they came by. */
  const ids = new Map<string, string>();
  const listeners = new Set<(change: Change) => void>();
  /** Files written here since the last look began, which it may not have seen yet. */
  const written = new Set<string>();
  let refreshing: Promise<void> | undefined;
  let refreshedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const tell = (kind: 'set' | 'delete', names: readonly string[]) => {
    // Whose id never came by, nobody here remembers.
    const known = names.flatMap((name) => textOfName(name) ?? ids.get(name) ?? []);
    if (known.length > 0) for (const listener of listeners) listener({ kind, ids: known });
  };

  const look = async () => {
    written.clear();
    const present = new Set<string>();
    for (const tenant of await subfolders(root)) {
      for (const namespace of await subfolders(join(root, tenant))) present.add(join(tenant, namespace));
    }
    for (const path of folders.keys()) if (!present.has(path)) forgetFolder(path);
    await sideBySide([...present], lookInto);
    refreshedAt = performance.now();
  };

  const lookInto = async (path: string) => {
    const full = join(root, path);
    const before = await stat(full, { bigint: true }).catch(absentIsNothing);
    if (!before) return forgetFolder(path);
    const known = folders.get(path) ?? { changedAt: -1n, settled: false, files: new Map<string, Stamp>() };
    folders.set(path, known);
    const watched = listeners.size > 0;
    if (known.settled && known.changedAt === before.mtimeNs) return;
    known.changedAt = before.mtimeNs;
    known.settled = Date.now() - Number(before.mtimeNs / 1_000_000n) > GRAIN;
    const names = (await readdir(full).catch(absentIsNothing)) ?? [];
    const seen = new Map<string, Stamp>();
    for (const name of names) if (name.endsWith(ENDING) && !name.startsWith('.')) seen.set(name.slice(0, -ENDING.length), undefined);
    const changed: string[] = [];
    await sideBySide(watched ? [...seen.keys()] : [], async (name) => {
      const stamp = await stampOf(join(full, name + ENDING));
      seen.set(name, stamp);
      if (known.files.has(name) && known.files.get(name) !== stamp) changed.push(name);
    });
    const gone = [...known.files.keys()].filter((name) => !seen.has(name) && !written.has(name));
    for (const name of gone) forgetFile(name, path);
    for (const [name, stamp] of seen) {
      known.files.set(name, stamp ?? known.files.get(name));
      where.set(name, path);
    }
    tell('delete', gone);
    tell('set', changed);
  };

  const forgetFile = (name: string, path: string) => {
    folders.get(path)?.files.delete(name);
    if (where.get(name) === path) where.delete(name);
  };
  const forgetFolder = (path: string) => {
    const names = [...(folders.get(path)?.files.keys() ?? [])];
    for (const name of names) forgetFile(name, path);
    folders.delete(path);
    tell('delete', names);
  };

  const index: FileIndex = {
    folderOf: (name) => where.get(name),
    async refresh(always = false) {
      if (!always && performance.now() - refreshedAt < FRESH) return;
      // One that is under way may have passed by what is asked for now.
      if (refreshing && always) await refreshing;
      refreshing ??= look().finally(() => (refreshing = undefined));
      await refreshing;
    },
    files(fits) {
      const found: [string, string][] = [];
      for (const [path, { files }] of folders) {
        const [tenant = '', namespace = ''] = path.split(/[\\/]/);
        if (fits(tenant, namespace)) for (const name of files.keys()) found.push([name, path]);
      }
      return found;
    },
    async wrote(name, id, path) {
      if (textOfName(name) === undefined) ids.set(name, id);
      written.add(name);
      where.set(name, path);
      const folder = folders.get(path) ?? { changedAt: -1n, settled: false, files: new Map<string, Stamp>() };
      folders.set(path, folder);
      folder.files.set(name, listeners.size > 0 ? await stampOf(join(root, path, name + ENDING)) : undefined);
    },
    deleted: forgetFile,
    gone(name, path) {
      forgetFile(name, path);
      tell('delete', [name]);
    },
    subscribe(listener) {
      const own = (change: Change) => listener(change);
      listeners.add(own);
      if (listeners.size === 1) {
        // From now on files are told apart, for which each has to be looked at once.
        for (const folder of folders.values()) folder.settled = false;
        const poll = () => {
          const began = performance.now();
          void index
            .refresh(true)
            .catch(() => {})
            .then(() => {
              // A large cache takes long to look at; at most half of the time is spent on that.
              if (listeners.size > 0) timer = setTimeout(poll, Math.max(POLL, performance.now() - began)).unref();
            });
        };
        timer = setTimeout(poll, 0).unref();
      }
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
    close() {
      listeners.clear();
      clearTimeout(timer);
    },
  };
  return index;
}

async function subfolders(path: string): Promise<string[]> {
  const found = (await readdir(path, { withFileTypes: true }).catch(absentIsNothing)) ?? [];
  return found.flatMap((one) => (one.isDirectory() && !one.name.startsWith('.') ? [one.name] : []));
}

async function stampOf(path: string): Promise<Stamp> {
  const found = await stat(path, { bigint: true }).catch(absentIsNothing);
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
}

function absentIsNothing(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

/** Does `work` for each item, some at a time. */
export async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, lane));
}
