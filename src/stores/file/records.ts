import { copyFile, constants, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseObject } from '../../base/json.ts';
import { fileName } from './names.ts';
import { byName } from '../memory-records.ts';
import type { Records, StoredRecord } from '../store.ts';
import { isAbsent, TEMPORARY } from '../write-file.ts';

/** Versions of a record that stay, the newest included. */
const KEPT = 8;

/**
 * Records as files: a folder for each, in it a file for each of its newest versions, `<version>.json`. A version is written by making the
 * next number's file, which only one process can; that is the compare-and-set. A deleted record leaves a file that says so, and keeps counting.
 */
export function fileRecords(folder: string): Records {
  const folderOf = (name: string) => join(folder, fileName(name));

  /** The newest version, also of a deleted record. */
  const newest = async (at: string): Promise<{ version: number; record?: StoredRecord }> => {
    for (;;) {
      const version = (await versionsIn(at)).at(-1);
      if (version === undefined) return { version: 0 };
      try {
        const value = parseObject(await readFile(join(at, `${version}.json`)));
        const whole = typeof value?.name === 'string' && typeof value.value === 'string';
        return whole ? { version, record: { name: value.name as string, value: value.value as string, version } } : { version };
      } catch (error) {
        // Replaced between the two looks.
        if (!isAbsent(error)) throw error;
      }
    }
  };

  /** Makes `version` the newest, unless somebody was first. */
  const advance = async (at: string, version: number, content: object): Promise<boolean> => {
    await mkdir(at, { recursive: true, mode: 0o700 });
    const temporary = join(at, `${TEMPORARY}${randomUUID()}`);
    const target = join(at, `${version}.json`);
    try {
      await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
      await link(temporary, target).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') throw error;
        // A file system without hard links.
        return copyFile(temporary, target, constants.COPYFILE_EXCL);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    // The last numbers stay taken, so that a writer who read long ago finds his taken too. Who is later than all of them sees it by the rest.
    const versions = await versionsIn(at);
    const late = versions.at(-1)! >= version + KEPT;
    for (const old of late ? [version] : versions) {
      if (late || old <= version - KEPT) await rm(join(at, `${old}.json`), { force: true });
    }
    return !late;
  };

  return {
    get: async (name) => (await newest(folderOf(name))).record,
    async put(name, value, version) {
      const now = await newest(folderOf(name));
      return now.record?.version === version && (await advance(folderOf(name), now.version + 1, { name, value }));
    },
    async delete(name) {
      for (;;) {
        const now = await newest(folderOf(name));
        if (!now.record || (await advance(folderOf(name), now.version + 1, { deleted: name }))) return;
      }
    },
    async list(prefix) {
      const names = await readdir(folder).catch(absentIsEmpty);
      const all = await Promise.all(names.map((name) => newest(join(folder, name))));
      return all
        .flatMap(({ record }) => (record?.name.startsWith(prefix) ? [record] : []))
        .sort(byName);
    },
  };
}

/** Versions that are there, lowest first. */
async function versionsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(absentIsEmpty);
  return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
}

function absentIsEmpty(error: unknown): string[] {
  if (isAbsent(error)) return [];
  throw error;
}
