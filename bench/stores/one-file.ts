import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, ours } from '../ours.ts';
import { requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import type { Check, Table } from '../table.ts';
import { startSharers } from './sharing.ts';

const PROCESSES = 8;
const REQUESTS = 500;
const LEAST = 5_000;

/** Several processes upon one SQLite file: hits a second of all together. */
export async function oneFile({ quick, note }: SuiteContext): Promise<Table> {
  note(`${PROCESSES} processes upon one SQLite file`);
  const milliseconds = quick ? 1_000 : 10_000;
  const cases = [
    { name: 'hits read from the file', memory: false, fresh: 0, says: 'memory before it switched off' },
    { name: 'the same, one request in 100 new', memory: false, fresh: 100, says: 'asked of a provider in the process, stored in the file' },
    { name: 'hits as they come', memory: true, fresh: 0, says: 'the default: memory before the file' },
  ];
  const rows: string[][] = [];
  const checks: Check[] = [];
  for (const { name, memory, fresh, says } of cases) {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
    const store = `sqlite:${join(folder, 'cache.db')}`;
    try {
      const first = ours({ store });
      await fill(first, Array.from({ length: REQUESTS }, (_, at) => requestOf(at, 1024)));
      await first.cache.close();
      const sharers = await startSharers(PROCESSES, store, { memory });
      try {
        // The first order warms up.
        await Promise.all(sharers.map((sharer) => sharer.order({ ask: 'hits', requests: REQUESTS, milliseconds: 1_000, fresh: 0 }).report));
        const reports = await Promise.all(sharers.map((sharer) => sharer.order({ ask: 'hits', requests: REQUESTS, milliseconds, fresh }).report));
        const done = reports.reduce((sum, report) => sum + (report.is === 'hits' ? report.done : 0), 0);
        const errors = reports.flatMap((report) => (report.is === 'hits' ? report.errors : []));
        const perSecond = Math.round((done / milliseconds) * 1000);
        rows.push([name, perSecond.toLocaleString('en'), String(errors.length), says]);
        checks.push(
          { what: `${name}, a second`, target: `>= ${LEAST.toLocaleString('en')}`, found: perSecond.toLocaleString('en'), met: perSecond >= LEAST },
          { what: `${name}: errors`, target: '0', found: errors.length === 0 ? '0' : `${errors.length}, such as: ${errors[0]!}`, met: errors.length === 0 },
        );
      } finally {
        await Promise.all(sharers.map((sharer) => sharer.stop()));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return {
    title: `${PROCESSES} processes upon one SQLite file: request of 1 KB, answer of 2 KB`,
    columns: ['', 'hits a second, all together', 'errors', ''],
    rows,
    checks,
    about: [`${REQUESTS} entries, ${milliseconds / 1000} s each; every process asks one at a time, and every answer is looked at. The processes share the cores of the machine.`],
  };
}
