import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peerFile } from '../peers.ts';
import { freePort, type Load, start, type Started, startLoad, startServer } from '../processes.ts';
import type { Order, Report } from '../processes/load.ts';
import { median } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, atMost, millis, type Table, times } from '../table.ts';

const CONNECTIONS = 32;
const PATH = '/v1/chat/completions';
const HEADERS = { authorization: 'Bearer sk-bench' };
/** Different requests whose answers are stored before hits are measured. */
const STORED = 500;

/** A server that the client loads. */
interface Target {
  readonly name: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The proxy against bare `node:http` and the gateway of Portkey. Client, proxy and upstream are processes of their own. */
export async function run(context: SuiteContext): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  const started: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(process: T): T => {
    started.unshift(process);
    return process;
  };
  try {
    context.note('starting upstream, bare servers, reprise and the Portkey gateway');
    const upstream = keep(await startServer('upstream'));
    const load = keep(startLoad());
    const reprise = keep(await startReprise(upstream.port, join(folder, 'cache.db')));
    const proxy = keep(await startServer('bare-proxy', String(upstream.port)));
    const map = keep(await startServer('bare-map', String(upstream.port)));
    const portkey = keep(await startPortkey());
    const toPortkey = { ...HEADERS, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstream.port}/v1` };
    const ours: Target = { name: 'reprise serve', port: reprise.port, headers: HEADERS };
    const misses: Target[] = [
      { name: 'upstream, directly', port: upstream.port, headers: HEADERS },
      { name: 'bare node:http proxy', port: proxy.port, headers: HEADERS },
      ours,
      { name: '@portkey-ai/gateway', port: portkey.port, headers: toPortkey },
    ];
    return [await measureMisses(load, misses, context), await measureHits(load, [{ name: 'bare Map server', port: map.port, headers: HEADERS }, ours], context)];
  } finally {
    for (const process of started) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const startReprise = (upstream: number, store: string): Promise<Started> =>
  start([fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'serve', '--json', '--port', '0', '--store', `sqlite:${store}`, '--openai-url', `http://127.0.0.1:${upstream}`], {});

async function startPortkey(): Promise<Started> {
  const port = await freePort();
  return start([peerFile('@portkey-ai/gateway', 'build/start-server.js'), `--port=${port}`, '--headless'], { NODE_ENV: 'production' }, port);
}

/** What each round found, by target. */
type Rounds = ReadonlyMap<Target, readonly Report[]>;

/** Loads the targets in turn, in rounds; `first` numbers the requests. */
async function inTurns(load: Load, targets: readonly Target[], rounds: number, order: (first: number) => Omit<Order, 'port' | 'path' | 'headers'>, from: number): Promise<Rounds> {
  const reports = new Map(targets.map((target) => [target, [] as Report[]]));
  let first = from;
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < targets.length; turn++) {
      const target = targets[(Math.max(0, round) + turn) % targets.length]!;
      const plan = order(first);
      const report = await load.send({ ...plan, port: target.port, path: PATH, headers: target.headers });
      if (plan.different === null) first += plan.requests;
      if (round >= 0) reports.get(target)!.push(report);
    }
  }
  return reports;
}

async function measureMisses(load: Load, targets: readonly Target[], { quick, note }: SuiteContext): Promise<Table> {
  const rounds = quick ? 3 : 9;
  // First those at once: they warm every target up with the same number of requests, so that latency is not that of code just loaded.
  note(`misses, ${CONNECTIONS} connections`);
  const together = await inTurns(load, targets, rounds, (first) => ({ connections: CONNECTIONS, requests: quick ? 1_500 : 4_000, milliseconds: 8_000, first, different: null }), 1_000_000);
  note('misses, one at a time');
  const alone = await inTurns(load, targets, rounds, (first) => ({ connections: 1, requests: quick ? 300 : 600, milliseconds: 5_000, first, different: null }), 3_000_000);
  const latency = (target: Target) => median(alone.get(target)!.map((report) => report.median));
  const rate = (target: Target) => median(together.get(target)!.map(({ perSecond }) => perSecond));
  const [direct, bare, ours, portkey] = targets as [Target, Target, Target, Target];
  for (const { cacheStatus } of together.get(ours)!) if (!cacheStatus.includes('fwd=miss')) throw new Error(`A miss was expected, not: ${cacheStatus}`);
  const adds = (target: Target) => latency(target) - latency(direct);
  return {
    title: 'Proxy, miss: request of 1 KB, answer of 2 KB',
    columns: ['', 'latency, median', 'added', 'p99', 'requests/s', 'against the bare proxy', ''],
    rows: targets.map((target) => [
      target.name,
      millis(latency(target)),
      target === direct ? '' : millis(adds(target)),
      millis(median(alone.get(target)!.map(({ p99 }) => p99))),
      String(Math.round(rate(target))),
      times(rate(target) / rate(bare)),
      target === ours ? 'SQLite file, every answer stored' : '',
    ]),
    checks: [
      atMost('latency added, against what the bare proxy adds', 1.5, adds(ours) / adds(bare), times),
      atLeast('requests per second, against @portkey-ai/gateway', 3, rate(ours) / rate(portkey)),
    ],
    about: [
      'Client, proxy and upstream are processes of their own and share the cores of the machine. Every request is a new one; every answer is checked.',
      `Latency: one connection, one request at a time. Requests/s: ${CONNECTIONS} connections. Medians of ${rounds} rounds, targets in turn, after one round to warm up; latency after requests/s, when all have answered as many.`,
      'reprise serve with its defaults: it also reads the request, keys it, checks the answer, prices it and stores it in SQLite. The gateway with `NODE_ENV=production`, and no cache, as it has none that works outside its own service.',
    ],
  };
}

async function measureHits(load: Load, targets: readonly Target[], { quick, note }: SuiteContext): Promise<Table> {
  const rounds = quick ? 3 : 9;
  note(`hits, ${CONNECTIONS} connections`);
  const plan = { requests: quick ? 8_000 : 25_000, milliseconds: 8_000, first: 0, different: STORED };
  for (const { port, headers } of targets) await load.send({ ...plan, connections: 4, requests: STORED, port, path: PATH, headers });
  const together = await inTurns(load, targets, rounds, () => ({ ...plan, connections: CONNECTIONS }), 0);
  const alone = await inTurns(load, targets, rounds, () => ({ ...plan, connections: 1, requests: quick ? 500 : 2_000 }), 0);
  const rate = (target: Target) => median(together.get(target)!.map(({ perSecond }) => perSecond));
  const latency = (target: Target) => median(alone.get(target)!.map((report) => report.median));
  const [map, ours] = targets as [Target, Target];
  for (const { cacheStatus } of together.get(ours)!) if (!cacheStatus.includes('hit')) throw new Error(`A hit was expected, not: ${cacheStatus}`);
  return {
    title: 'Proxy, hit: request of 1 KB, answer of 2 KB',
    columns: ['', 'requests/s', 'against the bare server', 'latency, median', 'p99', ''],
    rows: targets.map((target) => [
      target.name,
      String(Math.round(rate(target))),
      times(rate(target) / rate(map)),
      millis(latency(target)),
      millis(median(alone.get(target)!.map(({ p99 }) => p99))),
      target === map ? 'SHA-256 of the body, `Map`, the answer' : 'key, tenant, lookup, statistics, metrics, headers of RFC 9211',
    ]),
    checks: [atLeast('requests per second, against the bare server', 0.7, rate(ours) / rate(map))],
    about: [
      `${STORED} different requests in turn. Requests/s: ${CONNECTIONS} connections; latency: one. Medians of ${rounds} rounds, targets in turn, after one round to warm up. Client and server are processes of their own.`,
    ],
  };
}
