import { type ChildProcess, execFileSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { childrenOf, freePort, newFolder, programAt, removeFolder, signal, startProgram } from './programs.ts';
import { until } from './until.ts';

export const HOW_POSTGRES = 'apt-get install postgresql, or eval "$(scripts/services start postgres)"';

/** How long a server may take to come up, on a machine that is busy. */
const STARTING = 30_000;

/** The folder of PostgreSQL's programs: those on the path, else those of the server that runs for the tests. */
async function programs(): Promise<string | undefined> {
  const onPath = programAt('initdb');
  if (onPath !== undefined && programAt('postgres') !== undefined) return dirname(onPath);
  const url = process.env.REPRISE_TEST_POSTGRES_URL;
  if (!url) return undefined;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ setting: string }>("SELECT setting FROM pg_config() WHERE name = 'BINDIR'")).rows[0]?.setting;
  } finally {
    await client.end();
  }
}

export const postgresPrograms = await programs();

/** PostgreSQL refuses to run as root. */
const user = process.getuid?.() === 0
  ? { uid: Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })), gid: Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' })) }
  : {};

const own = (folder: string) => {
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
};

let made: { readonly folder: string; readonly data: string } | undefined;

/** A database that is copied for each server, as making one takes seconds. */
function template(): string {
  if (!made) {
    const folder = newFolder();
    own(folder);
    made = { folder, data: join(folder, 'data') };
    execFileSync(join(postgresPrograms!, 'initdb'), ['-D', made.data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], { ...user, cwd: '/', stdio: 'ignore' });
  }
  return made.data;
}

export function removeTemplate(): void {
  if (made) removeFolder(made.folder);
  made = undefined;
}

/** A PostgreSQL of a test's own. Its user `reprise` has a password, `postgres` needs none. */
export class PostgresServer {
  readonly port: number;
  readonly #folder = newFolder();
  readonly #data = join(this.#folder, 'data');
  #process!: ChildProcess;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort());
    own(server.#folder);
    const from = template();
    mkdirSync(server.#data, { mode: 0o700 });
    own(server.#data);
    execFileSync('cp', ['-a', `${from}/.`, server.#data]);
    await server.start();
    await server.do("CREATE ROLE reprise LOGIN PASSWORD 'one'");
    await server.do('GRANT CREATE ON DATABASE postgres TO reprise');
    cpSync(join(server.#data, 'pg_hba.conf'), join(server.#data, 'pg_hba.old'));
    await server.do("COPY (VALUES ('host all postgres 127.0.0.1/32 trust'), ('host all reprise 127.0.0.1/32 scram-sha-256')) TO PROGRAM 'cat > pg_hba.conf'");
    await server.do('SELECT pg_reload_conf()');
    return server;
  }

  url(port = this.port): string {
    return `postgres://reprise:one@127.0.0.1:${port}/postgres`;
  }

  async start(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=40', 'fsync=off', 'shared_buffers=16MB', 'password_encryption=scram-sha-256'];
    this.#process = startProgram(join(postgresPrograms!, 'postgres'), ['-D', this.#data, '-p', String(this.port), ...settings.flatMap((one) => ['-c', one])], join(this.#folder, 'log'), user);
    await until('PostgreSQL answers', STARTING, async () => (await this.do('SELECT 1')).length === 1);
  }

  /** Stops the server and all that it has started, or lets them go on. */
  async halt(go: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    // The server first, so that it starts no more.
    await signal(this.#process, go);
    for (const pid of childrenOf(this.#process.pid!)) {
      try {
        process.kill(pid, go);
      } catch (error) {
        // One that has ended since it was listed need not be stopped.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** Ends the server: at once with SIGQUIT, as after a crash; in order with SIGINT. */
  signal(name: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    return signal(this.#process, name);
  }

  /** A connection of the superuser's, which may take the places that are kept for it. */
  async connect(role = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({ host: '127.0.0.1', port: this.port, user: role, password: 'one', database: 'postgres', connectionTimeoutMillis: 2000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async do(sql: string): Promise<Record<string, unknown>[]> {
    const client = await this.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Cuts all connections of the user off. */
  async cutOff(): Promise<void> {
    await this.do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reprise'");
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await this.halt('SIGCONT');
      await this.signal('SIGQUIT');
    }
    removeFolder(this.#folder);
  }
}
