import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { fakeProvider } from '../../src/testing/fake-provider.ts';
import { gate } from '../../src/testing/fake-provider/gate.ts';
import { median, percentile } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';
import { serverAt, withOptions } from './servers.ts';
import { type Sharer, startSharers } from './sharing.ts';

const PROCESSES = 8;
const CALLERS = 1_000;
/** How much later the median follower may have its first token, in milliseconds. */
const MOST = 20;
/** How long the provider thinks: all callers wait by then. */
const THINKING = 1_500;

/** Many equal requests in several processes: one call, and how late its stream is in the other processes. */
export async function oneCall({ quick, note }: SuiteContext): Promise<Table> {
  const rounds = quick ? 2 : 10;
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const postgres = serverAt('REPRISE_TEST_POSTGRES_URL');
  const stores = [
    { name: 'Redis', how: 'Redis streams, told by message', url: withOptions(serverAt('REPRISE_TEST_REDIS_URL'), { prefix: `bench:${randomUUID()}:`, timeout: '30s' }) },
    { name: 'PostgreSQL', how: 'an append-only table, told by notification', url: withOptions(postgres, { schema, maxConnections: '4', readTimeout: '10s' }) },
    { name: 'one SQLite file', how: 'an append-only table, looked at every 2 to 20 ms', url: `sqlite:${join(folder, 'cache.db')}` },
  ];
  try {
    const found = [];
    for (const { name, how, url } of stores) {
      note(`${CALLERS} equal requests in ${PROCESSES} processes upon ${name}`);
      found.push({ name, how, ...(await measure(url, rounds)) });
    }
    return {
      title: `${CALLERS} equal streamed requests at once in ${PROCESSES} processes, nothing stored`,
      columns: ['', 'provider calls', 'first token after the leader\'s, median', '95th percentile', 'slowest round\'s median', 'how the others hear of it'],
      rows: found.map(({ name, how, calls, late, slow }) => [name, `${calls} in ${rounds} rounds`, millis(median(late)), millis(percentile(late, 0.95)), millis(slow), how]),
      checks: found.flatMap(({ name, calls, late }) => [
        { what: `${name}: calls to the provider, each round`, target: '1', found: (calls / rounds).toFixed(2), met: calls === rounds },
        atMost(`${name}: the median follower's first token after the leader's`, MOST, median(late), millis),
      ]),
      about: [
        `Followers: the ${CALLERS - CALLERS / PROCESSES} callers in the processes that did not make the call. The provider thinks for ${millis(THINKING)}, so that all callers wait when its first token comes.`,
        `${rounds} rounds, each another question. All processes, the provider and the servers share the cores of the machine, and first tokens are handed to ${CALLERS} callers at one moment.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    const client = new pg.Client({ connectionString: postgres });
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
  }
}

async function measure(url: string, rounds: number): Promise<{ calls: number; late: number[]; slow: number }> {
  const provider = await fakeProvider({ record: false });
  const sharers: Sharer[] = await startSharers(PROCESSES, url, { openaiUrl: provider.openaiUrl, memory: true });
  const late: number[] = [];
  let slow = 0;
  let total = 0;
  try {
    // The first round warms up.
    for (let round = -1; round < rounds; round++) {
      const before = provider.calls;
      const events = gate();
      provider.reply({ text: 'Paris, as everybody knows, of course.', gate: events });
      const orders = sharers.map((sharer) => sharer.order({ ask: 'stream', prompt: `Capital of France, round ${round}?`, count: CALLERS / PROCESSES }));
      await Promise.all(orders.map(({ asked }) => asked));
      await pause(THINKING);
      events.open(2);
      await pause(200);
      events.openAll();
      const reports = await Promise.all(orders.map(({ report }) => report));
      const all = reports.map((report) => {
        if (report.is !== 'streamed') throw new Error('A process reported something else.');
        return report;
      });
      const calls = provider.calls - before;
      if (new Set(all.flatMap(({ bodies }) => bodies)).size > calls) throw new Error('Not all callers got the same stream.');
      if (round < 0) continue;
      const leads = all.filter(({ callers }) => callers.some(({ kind }) => kind === 'miss'));
      const begun = Math.min(...leads.flatMap(({ callers }) => callers.map(({ first }) => first)));
      const followers = all.filter((report) => !leads.includes(report)).flatMap(({ callers }) => callers.map(({ first }) => first - begun));
      late.push(...followers);
      slow = Math.max(slow, median(followers));
      total += calls;
    }
    return { calls: total, late, slow };
  } finally {
    await Promise.all(sharers.map((sharer) => sharer.stop()));
    await provider.close();
  }
}
