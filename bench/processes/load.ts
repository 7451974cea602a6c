/** The client, in a process of its own: takes orders from its parent, loads a server, and says what it saw. */
import { percentile } from '../rounds.ts';
import { answerText, requestOf } from '../sample.ts';
import { Connection, post } from './http-client.ts';

/** What is to be sent. */
export interface Order {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Connections, each with one request at a time. */
  readonly connections: number;
  /** Ends after so many requests in all, or after so long. */
  readonly requests: number;
  readonly milliseconds: number;
  /** The number of the first request. */
  readonly first: number;
  /** So many different requests, in turn; `Infinity` comes over the wire as null: each but once. */
  readonly different: number | null;
}

/** What came of it. Latencies in milliseconds. */
export interface Report {
  readonly done: number;
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
  /** `hit`, `fwd=miss` or what else stood in `Cache-Status` of the last answer; empty without one. */
  readonly cacheStatus: string;
}

async function load(order: Order): Promise<Report> {
  const { port, path, headers, different } = order;
  const bodies = Array.from({ length: different ?? order.requests }, (_, at) => post(port, path, headers, JSON.stringify(requestOf(order.first + at, 1024))));
  const connections = await Promise.all(Array.from({ length: order.connections }, () => Connection.open(port)));
  const latencies: number[] = [];
  let next = 0;
  let cacheStatus = '';
  const begun = performance.now();
  const deadline = begun + order.milliseconds;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < order.requests) {
        const number = next++ % bodies.length;
        const sent = performance.now();
        if (sent >= deadline) return;
        const { status, head, body } = await connection.ask(bodies[number]!);
        latencies.push(performance.now() - sent);
        if (status !== 200 || !body.includes(`Answer ${order.first + number}. `) || body.length < answerText(order.first + number).length) {
          throw new Error(`Request ${order.first + number} was answered with ${status}: ${body.toString().slice(0, 200)}`);
        }
        if (latencies.length % 100 === 0) cacheStatus = /\r\ncache-status: *([^\r]*)/i.exec(head)?.[1] ?? '';
      }
    }),
  );
  const took = performance.now() - begun;
  for (const connection of connections) connection.close();
  return { done: latencies.length, perSecond: (latencies.length / took) * 1000, median: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), cacheStatus };
}

process.on('message', (order: Order) => {
  load(order).then(
    (report) => process.send!({ report }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
