import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, newFolder, programAt, removeFolder, signal, startProgram } from './programs.ts';
import { until } from './until.ts';

export const redisProgram = programAt('redis-server');
export const HOW_REDIS = 'apt-get install redis-server';

/** How long a server may take to come up, on a machine that is busy. */
const STARTING = 15_000;

/** A Redis of a test's own, which keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  readonly #options: readonly string[];
  readonly #folder = newFolder();
  #process!: ChildProcess;
  /** The password that it was told last. */
  password: string | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://${this.password === undefined ? '' : `:${this.password}@`}127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '', '--appendonly', 'no'];
    const args = this.#options[0] === undefined || this.#options[0].startsWith('--') ? [...own, ...this.#options] : [...this.#options, '--port', String(this.port)];
    this.#process = startProgram(redisProgram!, args, join(this.#folder, 'log'));
    await until('Redis answers', STARTING, async () => (await this.do('ping')) !== undefined);
  }

  signal(name: NodeJS.Signals): Promise<void> {
    return signal(this.#process, name);
  }

  /** Sends a command on a connection that is made for it. */
  do(...words: readonly (string | Buffer)[]): Promise<unknown> {
    return this.ask((client) => client.callBuffer(...(words as [string, ...string[]])));
  }

  /** Does some work on a connection that is made for it. */
  async ask<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ port: this.port, lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000, ...(this.password !== undefined && { password: this.password }) });
    client.on('error', () => {});
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** Has it want this password, from those too that are connected. */
  async changePassword(password: string): Promise<void> {
    await this.do('config', 'set', 'requirepass', password);
    this.password = password;
    await this.do('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    await this.do('client', 'kill', 'type', 'pubsub');
  }

  async close(): Promise<void> {
    await this.signal('SIGKILL');
    removeFolder(this.#folder);
  }
}
