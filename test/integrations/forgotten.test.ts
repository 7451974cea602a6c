import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('a cache that was forgotten has its store closed, and nothing keeps the process alive', () => {
  const printed = execFileSync(process.execPath, ['--expose-gc', '--no-warnings', join(import.meta.dirname, 'forgotten-cache.ts')], { encoding: 'utf8', timeout: 15_000 });

  expect(printed).toBe('closed\n');
});
