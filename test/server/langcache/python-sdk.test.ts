import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guardStore } from '../../../src/stores/guard.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { faultyStore } from '../../../src/testing/faulty-store.ts';
import { serviceForTest } from './service-for-test.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'official_sdk.py');

/** Interpreters that have the package `langcache`, by commas: one with 0.11.1, one with the newest version. */
const VARIABLE = 'REPRISE_TEST_LANGCACHE_PYTHON';
const pythons = (process.env[VARIABLE] ?? '').split(',').filter((path) => path !== '');
if (pythons.length === 0) {
  if (process.env.CI) it(`${VARIABLE} is set in CI`, () => expect(pythons).not.toEqual([]));
  else it.skip(`needs ${VARIABLE}: Python interpreters, by commas, that have the package langcache`, () => {});
}

describe.skipIf(pythons.length === 0)('the official Python SDK', () => {
  it.each(pythons)('runs its examples unchanged, and throws its own class for every error: %s', async (python) => {
    const { stdout: version } = await run(python, ['-c', "import importlib.metadata as m; print(m.version('langcache'))"]);
    const isOlder = version.startsWith('0.11.');
    const open = await serviceForTest({ maxBodyBytes: 1_000_000 });
    const locked = await serviceForTest();
    const busy = await serviceForTest({ perSecond: 1 });
    const faulty = faultyStore(memoryStore());
    const down = await serviceForTest({ store: guardStore(faulty) });
    const readKey = await locked.keyFor('docs', 'read');
    for (const operation of ['get', 'find', 'records.get', 'records.list'] as const) faulty.fail(operation);

    const { stdout } = await run(python, [script, open.url, 'docs', locked.url, readKey, busy.url, down.url]);

    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told).toMatchObject({
      empty: 0, id: 32, semantic: [[true, 'semantic']], exact: [[1, 'exact']], deleted: 1, after: 0, async: 1, retried: 0, unreachable: 'ConnectError',
      '400': ['BadRequestErrorResponseContent', 400, '/errors/invalid-data'],
      '401': ['AuthenticationErrorResponseContent', 401, '/errors/authentication-failed'],
      '403': ['ForbiddenErrorResponseContent', 403, '/errors/insufficient-permissions'],
      '404': ['NotFoundErrorResponseContent', 404, isOlder ? '/errors/cache/entry/not-found' : '/errors/resource-not-found'],
      '413': ['PayloadTooLargeErrorResponseContent', 413, '/errors/payload-too-large'],
      '424': isOlder
        ? ['ResourceUnavailableErrorResponseContent', 424, '/errors/database/resource-database-unavailable']
        : ['FailedDependencyErrorResponseContent', 424, '/errors/resource-unavailable'],
      '429': ['TooManyRequestsErrorResponseContent', 429, '/errors/too-many-requests'],
      ...(!isOlder && { flushed: 0, conversation: ['four', 1] }),
    });
  });
});
