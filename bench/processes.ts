import { type ChildProcess, fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './processes/load.ts';

/** A server in a process of its own. */
export interface Started {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const sourceOf = (name: string): string => fileURLToPath(new URL(`./processes/${name}.ts`, import.meta.url));

/** Starts one of `processes/`, which prints `listening on PORT`. */
export const startServer = (name: string, ...args: readonly string[]): Promise<Started> => start([sourceOf(name), ...args], {});

/** Starts Node with these arguments and waits for a line in which the first number after `on ` or a `:` before the end of an address is its port. */
export async function start(args: readonly string[], env: Readonly<Record<string, string>>, port?: number): Promise<Started> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  const told = new Promise<number>((resolve, reject) => {
    const listen = (bytes: Buffer) => {
      said += bytes.toString();
      const found = /(?:listening on |127\.0\.0\.1:)(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${args[0]!} ended with ${code}: ${said}`)));
    if (port !== undefined) void answers(port).then((is) => (is ? resolve(port) : reject(new Error(`Nothing answers on port ${port}: ${said}`))));
  });
  return { port: await told, pid: child.pid!, stop: () => stop(child) };
}

/** Ends a child of ours and waits until it has ended. */
export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** True as soon as something answers HTTP on the port; false after 15 s. */
async function answers(port: number): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    const is = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (is) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** The client's process. */
export interface Client<Order extends object, Report> {
  send(order: Order): Promise<Report>;
  stop(): Promise<void>;
}

/** Starts a client that gets orders and sends reports as messages. */
export function startClient<Order extends object, Report>(source: string): Client<Order, Report> {
  const child = fork(source, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    send(order) {
      return new Promise((resolve, reject) => {
        child.once('message', (message: { report?: Report; error?: string }) => (message.report ? resolve(message.report) : reject(new Error(message.error))));
        child.send(order);
      });
    },
    stop: () => stop(child),
  };
}

/** The client of the proxy's suite. */
export type Load = Client<Order, Report>;
export const startLoad = (): Load => startClient(sourceOf('load'));

/** A port that is free right now. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address() as { port: number };
    server.close(() => resolve(address.port));
  });
  return promise;
}
