import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { BrokenAnswerError, CacheError, StoreError } from '../base/errors.ts';
import { guardStore } from '../stores/guard.ts';
import { parseAddress } from '../stores/address.ts';
import { openStore } from '../stores/open.ts';
import type { Store } from '../stores/store.ts';
import { CliError } from './exit-codes.ts';
import { note, printable } from './output.ts';
import { SETTINGS, type Settings } from './settings.ts';

/** Where the store of the settings is. */
export const storeUrl = (settings: Settings): string => settings.store ?? SETTINGS.store.default;

/** The same as it may be shown: without a password. */
export const shownStore = (settings: Settings): string => printable(storeUrl(settings).replace(/\/\/[^/@]*@/, '//'));

/** The path of a store that lives in a file or a folder of this machine. */
export function storePath(url: string): string | undefined {
  const address = parseAddress(url);
  if (!address || !['sqlite', 'file', 'json'].includes(address.scheme) || address.path === '' || address.path === ':memory:') return undefined;
  return resolve(address.path);
}

/** Throws where the store is a file or folder that is not there. */
export function requireStore(settings: Settings): void {
  const path = storePath(storeUrl(settings));
  if (path === undefined || existsSync(path)) return;
  throw new CliError('configuration', `There is no store at ${shortPath(path)}. Say which with --store or REPRISE_STORE.`, { code: 'NO_STORE' });
}

/**
 * Opens the store of the settings for `work` and closes it afterwards, whatever happens. With `mustExist` a file or folder that is
 * not there is an error rather than a new, empty store: nobody wants to look into one.
 */
export async function withStore<T>(settings: Settings, { mustExist }: { readonly mustExist: boolean }, work: (store: Store) => Promise<T>): Promise<T> {
  if (mustExist) requireStore(settings);
  const onDamage = (id: string, why: string) => note(`Entry ${printable(id)} is left out: ${new BrokenAnswerError(why).message}`);
  const store = guardStore(openStore(storeUrl(settings), { now: Date.now, onDamage }));
  try {
    await opened(store);
    return await work(store);
  } finally {
    await store.close();
  }
}

async function opened(store: Store): Promise<void> {
  try {
    await store.open();
  } catch (error) {
    throw error instanceof CacheError ? error : new StoreError(store.name, 'open', error);
  }
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') && !isAbsolute(short) ? short : path;
}
