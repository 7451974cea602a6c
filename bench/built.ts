import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Builds what is published into a folder that git ignores, and from which dependencies are found as in the package. Gives the folder. */
export async function built(): Promise<string> {
  const folder = join(root, '.reprise/bench');
  const dist = join(folder, 'dist');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  await build(dist);
  return dist;
}
