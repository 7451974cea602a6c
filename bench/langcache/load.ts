/** The client, in a process of its own: takes orders from its parent, loads a server, and says what it saw. */
import { Connection, post } from '../processes/http-client.ts';
import { percentile } from '../rounds.ts';
import { CACHE, ENTRIES, type Kind, type Order, type Report, responseTo } from './order.ts';
import { storedPrompts, unseenPrompts } from './prompts.ts';

/** Stored prompts that are asked for in turn. */
const ASKED = 500;
const PATHS: Readonly<Record<Kind, string>> = { exact: `/v1/caches/${CACHE}/entries/search`, semantic: `/v1/caches/${CACHE}/entries/search`, set: `/v1/caches/${CACHE}/entries` };

const unseen = unseenPrompts();
let written = ENTRIES;

function bodiesOf({ port, kind, requests }: Order): Buffer[] {
  const asPost = (body: object): Buffer => post(port, PATHS[kind], {}, JSON.stringify(body));
  if (kind === 'exact') return storedPrompts().slice(0, ASKED).map((prompt) => asPost({ prompt, searchStrategies: ['exact'] }));
  return Array.from({ length: requests }, () => {
    const prompt = unseen.next().value!;
    return asPost(kind === 'set' ? { prompt, response: responseTo(written++) } : { prompt, searchStrategies: ['semantic'] });
  });
}

const STATUS: Readonly<Record<Kind, number>> = { exact: 200, semantic: 200, set: 201 };
const FOUND = Buffer.from('"data":[{"id":');

async function load(order: Order): Promise<Report> {
  const { kind, port, requests, perSecond } = order;
  const bodies = bodiesOf(order);
  const connections = await Promise.all(Array.from({ length: order.connections }, () => Connection.open(port)));
  const latencies: number[] = [];
  const entryIds: string[] = [];
  let found = 0;
  let sent = 0;
  let cut = false;

  async function ask(connection: Connection, due: number): Promise<void> {
    const number = sent++;
    const { status, body } = await connection.ask(bodies[number % bodies.length]!);
    latencies.push(performance.now() - due);
    if (status !== STATUS[kind]) throw new Error(`Request ${number} was answered with ${status}: ${body.toString().slice(0, 200)}`);
    if (kind === 'set') entryIds.push((JSON.parse(body.toString()) as { entryId: string }).entryId);
    else if (body.includes(FOUND)) found++;
    else if (kind === 'exact') throw new Error(`A stored prompt was not found: ${body.toString().slice(0, 200)}`);
    if (latencies.length === order.kill?.after) process.kill(order.kill.pid, 'SIGKILL');
  }

  const begun = performance.now();
  const deadline = begun + order.milliseconds;
  const goesOn = (): boolean => sent < requests && performance.now() < deadline;
  try {
    if (perSecond === null) {
      await Promise.all(connections.map(async (connection) => {
        while (goesOn()) await ask(connection, performance.now());
      }));
    } else await atRate(connections, perSecond, begun, goesOn, ask);
  } catch (error) {
    if (!String(error).match(/closed the connection|ECONNRESET|EPIPE/)) throw error;
    cut = true;
  }
  const took = performance.now() - begun;
  for (const connection of connections) connection.close();
  return { done: latencies.length, perSecond: (latencies.length / took) * 1000, median: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), found, entryIds, cut };
}

/** Begins a request each time one is due. One that is due while all connections are taken waits, and its waiting counts. */
async function atRate(
  connections: readonly Connection[], perSecond: number, begun: number, goesOn: () => boolean, ask: (connection: Connection, due: number) => Promise<void>,
): Promise<void> {
  const free = [...connections];
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  for (let next = 0; goesOn() && failure === undefined; ) {
    const due = begun + (next * 1000) / perSecond;
    if (performance.now() < due || free.length === 0) {
      // Spins, as a timer of a millisecond would be what is measured.
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    next++;
    const connection = free.pop()!;
    const one: Promise<void> = ask(connection, due).then(
      () => void free.push(connection),
      (error: unknown) => void (failure ??= error),
    ).finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
}

process.on('message', (order: Order) => {
  load(order).then(
    (report) => process.send!({ report }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
