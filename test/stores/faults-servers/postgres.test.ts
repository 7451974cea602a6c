import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, describe, it, type TestContext } from 'vitest';
import type { CacheOptions } from '../../../src/options.ts';
import { printsFigures, survives } from './fault.ts';
import { HOW_POSTGRES, PostgresServer, postgresPrograms, removeTemplate } from './postgres-server.ts';
import { needs } from './programs.ts';
import { slowProxy } from './slow-proxy.ts';
import { until } from './until.ts';

const TIMEOUT = 60_000;

/** The same store for two processes, one with memory before it. */
function cachesAt(url: string): Record<string, CacheOptions> {
  const store = `${url}?schema=faults&maxConnections=4`;
  return { 'without memory': { store, memory: false }, 'with memory': { store } };
}

async function serverFor({ onTestFinished }: TestContext): Promise<PostgresServer> {
  const server = await PostgresServer.start();
  onTestFinished(() => server.close());
  return server;
}

needs('PostgreSQL', postgresPrograms, HOW_POSTGRES);

// Time limits on real servers: a machine that stands still for a moment may break one.
describe.skipIf(postgresPrograms === undefined).concurrent('requests go on, in time and with the right answers', { retry: 2 }, () => {
  printsFigures();
  afterAll(removeTemplate);

  it('while PostgreSQL hangs', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'PostgreSQL hangs (SIGSTOP)',
      caches: cachesAt(server.url()),
      begin: () => server.halt('SIGSTOP'),
      end: () => server.halt('SIGCONT'),
    });
  });

  it('while PostgreSQL is gone after a crash', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'PostgreSQL is stopped at once',
      caches: cachesAt(server.url()),
      begin: () => server.signal('SIGQUIT'),
      end: () => server.start(),
    });
  });

  it('while PostgreSQL is restarted', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'PostgreSQL is restarted',
      caches: cachesAt(server.url()),
      async begin() {
        await server.signal('SIGINT');
        await server.start();
      },
      end: async () => {},
    });
  });

  it('while PostgreSQL takes no more connections', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    await server.do('CREATE ROLE other LOGIN');
    await server.do("COPY (VALUES ('host all postgres 127.0.0.1/32 trust'), ('host all other 127.0.0.1/32 trust'), ('host all reprise 127.0.0.1/32 scram-sha-256')) TO PROGRAM 'cat > pg_hba.conf'");
    await server.do('SELECT pg_reload_conf()');
    const others: pg.Client[] = [];

    await survives({
      name: 'PostgreSQL is at its connection limit',
      caches: cachesAt(server.url()),
      async begin() {
        // Whoever comes first gets a place that was given up, so that this takes some rounds.
        await until('all places are taken by others', 20_000, async () => {
          await server.cutOff();
          for (;;) {
            try {
              others.push(await server.connect('other'));
            } catch {
              break;
            }
          }
          const [row] = await server.do("SELECT count(*)::int AS left FROM pg_stat_activity WHERE usename = 'reprise'");
          return row!.left === 0;
        });
      },
      end: async () => void (await Promise.all(others.map((client) => client.end()))),
    });
  });

  it('while PostgreSQL may only be read, as a standby, with what is stored going on being served', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const readOnly = async (is: 'on' | 'off') => {
      await server.do(`ALTER ROLE reprise SET default_transaction_read_only = ${is}`);
      // Settings of a role hold for new connections.
      await server.cutOff();
    };

    await survives({
      name: 'PostgreSQL may only be read',
      caches: cachesAt(server.url()),
      begin: () => readOnly('on'),
      end: () => readOnly('off'),
      hitsGoOn: true,
    });
  });

  it('while the password of PostgreSQL is another one', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'PostgreSQL has another password',
      caches: cachesAt(server.url()),
      async begin() {
        await server.do("ALTER ROLE reprise PASSWORD 'two'");
        await server.cutOff();
      },
      end: async () => void (await server.do("ALTER ROLE reprise PASSWORD 'one'")),
    });
  });

  it('while the network to PostgreSQL is slower than a read may be', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const proxy = await slowProxy(server.port);
    context.onTestFinished(() => proxy.close());

    await survives({
      name: 'The network to PostgreSQL takes 400 ms',
      caches: cachesAt(server.url(proxy.port)),
      begin: async () => void (proxy.delay = 200),
      end: async () => void (proxy.delay = 0),
    });
  });

  it('when random bytes stand in all rows', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const poison = async () => {
      const bytes = `'\\x${randomBytes(300).toString('hex')}'`;
      await server.do(`UPDATE faults.entries SET head = ${bytes}, body = ${bytes}`);
      await server.do(`UPDATE faults.logs SET bytes = ${bytes}`);
      await server.do("UPDATE faults.records SET value = 'no longer what it was'");
    };

    await survives({ name: 'PostgreSQL holds random bytes in our rows', caches: cachesAt(server.url()), begin: poison, end: poison });
  });
});
