import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE, ENTRIES, type Kind, type Report, responseTo } from '../langcache/order.ts';
import { storedPrompts } from '../langcache/prompts.ts';
import { type Load, startLoad } from '../langcache/start-load.ts';
import { start, type Started } from '../processes.ts';
import { median } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, atMost, micros, millis, type Table, times } from '../table.ts';
import { openStore } from '../../src/stores/open.ts';

const CONNECTIONS = 32;
/** The judge reads one pair at a time, and gives up where it is asked for more than it can read in two seconds. */
const JUDGED_CONNECTIONS = 4;
/** Writes that have to be held. */
const WRITES_PER_SECOND = 2000;

/** The LangCache service against a bare `node:http` server. Client and servers are processes of their own. */
export async function run(context: SuiteContext): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  const file = join(folder, 'cache.db');
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(process: T): T => {
    started.unshift(process);
    return process;
  };
  try {
    context.note(`starting bare server and reprise; storing ${ENTRIES.toLocaleString('en')} entries`);
    const load = keep(startLoad());
    const bare = keep(await start([fileURLToPath(new URL('../langcache/bare-server.ts', import.meta.url))], {}));
    const reprise = keep(await startReprise(file));
    await fill(reprise.port);
    const searches = await measureSearches(load, bare, reprise, context);
    const half = await measureHalf(load, reprise.port, searches.highest, context);
    const writes = await measureWrites(load, reprise, file, context);
    return [searches.table, half, writes];
  } finally {
    for (const process of started) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startReprise(file: string): Promise<Started> {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  return start([main, 'serve', '--json', '--port', '0', '--store', `sqlite:${file}`], {});
}

/** Calls the service. Throws where it does not do what it is asked. */
async function call(port: number, method: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

const judging = (port: number, judge: 'on' | 'off') => call(port, 'PATCH', `/admin/caches/${CACHE}`, { judge });

async function fill(port: number): Promise<void> {
  await call(port, 'POST', '/admin/caches', { id: CACHE, judge: 'off' });
  const entries = storedPrompts().map((prompt, index) => ({ prompt, response: responseTo(index) }));
  for (let at = 0; at < entries.length; at += 100) await call(port, 'POST', `/v1/caches/${CACHE}/entries/bulk`, { entries: entries.slice(at, at + 100) });
}

/** How long a process's main thread has had a processor, in nanoseconds; `NaN` where Linux does not say it. */
function busyTime(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1)[0]);
  } catch {
    return NaN;
  }
}

interface Target {
  readonly name: string;
  readonly server: Started;
  readonly kind: Kind;
  readonly includes: string;
}

async function measureSearches(load: Load, bare: Started, reprise: Started, { quick, note }: SuiteContext): Promise<{ table: Table; highest: Readonly<Record<'exact' | 'semantic', number>> }> {
  const rounds = quick ? 2 : 7;
  const targets: readonly Target[] = [
    { name: 'bare node:http, stored prompts', server: bare, kind: 'exact', includes: 'parses the request, answers with JSON of the same size' },
    { name: 'exact search, hit', server: reprise, kind: 'exact', includes: 'the newest entry of the prompt: looked up in SQLite once, then in memory' },
    { name: 'bare node:http, unseen prompts', server: bare, kind: 'semantic', includes: 'the same' },
    { name: 'semantic search, judge off', server: reprise, kind: 'semantic', includes: 'normal form, vector, nearest entries, the best one above 0.85' },
  ];
  note(`searches, ${CONNECTIONS} connections`);
  const plan = { connections: CONNECTIONS, milliseconds: quick ? 1_500 : 4_000, perSecond: null };
  const reports = new Map(targets.map((target) => [target, [] as (Report & { readonly busy: number })[]]));
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < targets.length; turn++) {
      const target = targets[(Math.max(0, round) + turn) % targets.length]!;
      const { port, pid } = target.server;
      const before = busyTime(pid);
      const report = await load.send({ ...plan, port, kind: target.kind, requests: quick ? 1_000 : 10_000 });
      if (round >= 0) reports.get(target)!.push({ ...report, busy: (busyTime(pid) - before) / report.done });
    }
  }
  note('with the judge');
  await judging(reprise.port, 'on');
  const send = (requests: number) => load.send({ ...plan, connections: JUDGED_CONNECTIONS, port: reprise.port, kind: 'semantic', requests, milliseconds: quick ? 3_000 : 20_000 });
  await send(8);
  const judged = await send(quick ? 20 : 1_000);
  await judging(reprise.port, 'off');

  const of = (target: Target, what: 'perSecond' | 'median' | 'p99' | 'busy') => median(reports.get(target)!.map((report) => report[what]));
  const rate = (target: Target) => of(target, 'perSecond');
  const [bareExact, exact, bareSemantic, semantic] = targets as [Target, Target, Target, Target];
  const bareOf = (target: Target) => (target.kind === 'exact' ? bareExact : bareSemantic);
  const against = (target: Target) => rate(target) / rate(bareOf(target));
  const found = (all: readonly Report[]) => {
    const done = all.reduce((sum, report) => sum + report.done, 0);
    return `${((all.reduce((sum, report) => sum + report.found, 0) / done) * 100).toFixed(0)} % found`;
  };
  const table: Table = {
    title: `LangCache service: searches of a cache of ${ENTRIES.toLocaleString('en')} entries`,
    columns: ['', 'requests/s', 'against the bare server', 'processor time', 'against the bare server', 'median', 'p99', ''],
    rows: [
      ...targets.map((target) => [
        target.name, String(Math.round(rate(target))), times(against(target)), micros(of(target, 'busy')), times(of(bareOf(target), 'busy') / of(target, 'busy')),
        millis(of(target, 'median')), millis(of(target, 'p99')),
        target.server === reprise ? `${target.includes}; ${found(reports.get(target)!)}` : target.includes,
      ]),
      ['semantic search, judge on', judged.perSecond.toFixed(1), `${(judged.perSecond / rate(bareSemantic)).toFixed(4)}x`, '', '', millis(judged.median), millis(judged.p99), `the same, then guards, and up to two pairs judged; ${found([judged])}`],
    ],
    checks: [
      atLeast('exact search, requests per second, against the bare server', 0.5, against(exact)),
      atLeast('semantic search, judge off, requests per second, against the bare server', 0.25, against(semantic)),
    ],
    about: [
      `${CONNECTIONS} connections, each with one request at a time; answers of 1 KB. Medians of ${rounds} rounds, targets in turn, after one round to warm up; with the judge one round of ${JUDGED_CONNECTIONS} connections.`,
      'Stored prompts: 500 in turn. Unseen prompts: no text is asked twice. Client and servers are processes of their own and share the cores of the machine.',
      'Processor time: of the main thread of the server, a request; it says what a server costs where others use the machine, too. Against the bare server: its time by this one.',
      '`reprise serve` as it comes: SQLite file, bundled model, no keys.',
    ],
  };
  return { table, highest: { exact: rate(exact), semantic: rate(semantic) } };
}

async function measureHalf(load: Load, port: number, highest: Readonly<Record<'exact' | 'semantic', number>>, { quick, note }: SuiteContext): Promise<Table> {
  note('at half of the highest load');
  const rounds = quick ? 1 : 5;
  const kinds = ['exact', 'semantic'] as const;
  const reports: Record<(typeof kinds)[number], Report[]> = { exact: [], semantic: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const perSecond = highest[kind] / 2;
      const milliseconds = quick ? 1_500 : 5_000;
      reports[kind].push(await load.send({ port, kind, connections: CONNECTIONS, requests: Math.ceil((perSecond * milliseconds) / 1000), milliseconds: 2 * milliseconds, perSecond }));
    }
  }
  const of = (kind: 'exact' | 'semantic', what: 'perSecond' | 'median' | 'p99') => median(reports[kind].map((report) => report[what]));
  const spread = (kind: 'exact' | 'semantic') => median(reports[kind].map(({ p99, median: middle }) => p99 / middle));
  return {
    title: 'LangCache service: latency at half of the highest load',
    columns: ['', 'requests/s', 'median', 'p99', 'p99 / median', ''],
    rows: kinds.map((kind) => [`${kind} search`, String(Math.round(of(kind, 'perSecond'))), millis(of(kind, 'median')), millis(of(kind, 'p99')), times(spread(kind)), kind === 'exact' ? 'hit' : 'judge off']),
    checks: kinds.map((kind) => atMost(`${kind} search, p99 against the median`, 5, spread(kind), times)),
    about: [`Requests begin at a steady rate, half of what the table above shows, on ${CONNECTIONS} connections; latency from when a request was to begin. Medians of ${rounds} rounds.`],
  };
}

async function measureWrites(load: Load, reprise: Started, file: string, { quick, note }: SuiteContext): Promise<Table> {
  const { port } = reprise;
  const milliseconds = quick ? 1_500 : 10_000;
  const plan = { port, kind: 'set', connections: 2 * CONNECTIONS } as const;
  const requests = (WRITES_PER_SECOND * milliseconds) / 1000;
  note('writes, as fast as they are acknowledged');
  const fastest = await load.send({ ...plan, requests: quick ? 1_000 : 20_000, milliseconds, perSecond: null });
  note(`writes, ${WRITES_PER_SECOND} per second`);
  const paced = await load.send({ ...plan, requests, milliseconds: 2 * milliseconds, perSecond: WRITES_PER_SECOND });
  note('writes, the server killed meanwhile');
  const kill = { pid: reprise.pid, after: requests / 2 };
  const cut = await load.send({ ...plan, requests, milliseconds: 60_000, perSecond: WRITES_PER_SECOND, kill });
  if (!cut.cut) throw new Error('The server was to be killed while it wrote.');
  const acknowledged = [...fastest.entryIds, ...paced.entryIds, ...cut.entryIds];
  const lost = acknowledged.length - (await countIn(file, acknowledged));
  const row = (name: string, { perSecond, median: middle, p99, done }: Report, says: string) => [name, String(Math.round(perSecond)), millis(middle), millis(p99), String(done), says];
  return {
    title: 'LangCache service: writes to a SQLite file',
    columns: ['', 'writes/s', 'median', 'p99', 'writes', ''],
    rows: [
      row('as fast as they are acknowledged', fastest, `${2 * CONNECTIONS} connections`),
      row(`${WRITES_PER_SECOND.toLocaleString('en')} per second`, paced, 'they begin at a steady rate'),
      row('the same, ended by SIGKILL', cut, `${lost} of all acknowledged entries missing from the file`),
    ],
    checks: [
      atLeast(`writes per second, against ${WRITES_PER_SECOND.toLocaleString('en')}, at that rate`, 0.99, paced.perSecond / WRITES_PER_SECOND),
      atMost('acknowledged entries that are not in the file after SIGKILL', 0, lost, String),
    ],
    about: [
      'Entries of 1 KB, each of another prompt, found by meaning as soon as they are acknowledged. Acknowledged is a write when its transaction is committed: `synchronous = NORMAL` with a write-ahead log.',
    ],
  };
}

async function countIn(file: string, ids: readonly string[]): Promise<number> {
  const store = openStore(`sqlite:${file}`, { now: Date.now, onDamage: () => undefined });
  await store.open();
  let count = 0;
  for (const id of ids) if (await store.get(id)) count++;
  await store.close();
  return count;
}
