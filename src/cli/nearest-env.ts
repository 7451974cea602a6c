import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The `.env` that was found, and what it says. */
export interface EnvFile {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** The nearest `.env`: in `folder` or in one above it. The environment of the process is left as it is. */
export function nearestEnv(folder: string): EnvFile | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, '.env');
    const text = contentOf(path);
    if (text !== undefined) return { path, values: parse(text) };
    if (at === dirname(at)) return undefined;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;   // none here, a folder, or none of ours
  }
}

/** Loads the parser only where there is something to parse, as the proxy is to start fast. */
const parse = (text: string): Record<string, string> => (createRequire(import.meta.url)('dotenv') as typeof import('dotenv')).parse(text);
