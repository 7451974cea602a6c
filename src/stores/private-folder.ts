import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a folder, with those above it, for nobody but its owner, as answers may be private. One that is called `.reprise`, or stands in such
 * a one, is kept out of git, as `git add .` would otherwise take the answers with it. Other folders are the user's own.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const candidate of [folder, dirname(folder)]) if (basename(candidate) === '.reprise') ignoreInGit(candidate);
}

function ignoreInGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
