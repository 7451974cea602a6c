import { randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'vitest';
import { printsFigures, survives } from './fault.ts';
import { needs } from './programs.ts';
import { cachesAt } from './redis-caches.ts';
import { HOW_REDIS, redisProgram, RedisServer } from './redis-server.ts';
import { slowProxy } from './slow-proxy.ts';

const TIMEOUT = 60_000;

async function serverFor({ onTestFinished }: TestContext, args: readonly string[] = []): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  onTestFinished(() => server.close());
  return server;
}

needs('redis-server', redisProgram, HOW_REDIS);

// Time limits on real servers: a machine that stands still for a moment may break one.
describe.skipIf(redisProgram === undefined).concurrent('requests go on, in time and with the right answers', { retry: 2 }, () => {
  printsFigures();

  it('while Redis hangs', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Redis hangs (SIGSTOP)',
      caches: cachesAt(server.url),
      begin: () => server.signal('SIGSTOP'),
      end: () => server.signal('SIGCONT'),
    });
  });

  it('while Redis is gone after kill -9, and comes back with nothing', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Redis is killed',
      caches: cachesAt(server.url),
      begin: () => server.signal('SIGKILL'),
      end: () => server.start(),
    });
  });

  it('while Redis is restarted', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Redis is restarted',
      caches: cachesAt(server.url),
      async begin() {
        await server.signal('SIGTERM');
        await server.start();
      },
      end: async () => {},
    });
  });

  it('while Redis is full and takes nothing, with what is stored going on being served', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context, ['--maxmemory-policy', 'noeviction']);

    await survives({
      name: 'Redis is out of memory (noeviction)',
      caches: cachesAt(server.url),
      begin: async () => void (await server.do('config', 'set', 'maxmemory', '1')),
      end: async () => void (await server.do('config', 'set', 'maxmemory', '0')),
      hitsGoOn: true,
    });
  });

  it('while Redis has become a replica that may only be read, with what is stored going on being served', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Redis is a read-only replica',
      caches: cachesAt(server.url),
      // Of a primary that is not there, so that it keeps what it has.
      begin: async () => void (await server.do('replicaof', '127.0.0.1', '1')),
      end: async () => void (await server.do('replicaof', 'no', 'one')),
      hitsGoOn: true,
    });
  });

  it('while the password of Redis is another one', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    await server.changePassword('one');

    await survives({
      name: 'Redis has another password',
      caches: cachesAt(server.url),
      begin: () => server.changePassword('two'),
      end: () => server.changePassword('one'),
    });
  });

  it('while Redis takes no more connections', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    let left = () => {};
    let gone: Promise<void> | undefined;

    await survives({
      name: 'Redis is at its connection limit',
      caches: cachesAt(server.url),
      begin: () =>
        new Promise((begun, failed) => {
          // The one connection that is allowed stays here until the end.
          gone = server.ask(async (client) => {
            await client.config('SET', 'maxclients', '1');
            await client.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
            await client.call('client', 'kill', 'type', 'pubsub');
            begun();
            await new Promise<void>((resolve) => (left = resolve));
            await client.config('SET', 'maxclients', '1000');
          });
          gone.catch(failed);
        }),
      async end() {
        left();
        await gone;
      },
    });
  });

  it('while the network to Redis is slower than a read may be', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const proxy = await slowProxy(server.port);
    context.onTestFinished(() => proxy.close());

    await survives({
      name: 'The network to Redis takes 400 ms',
      caches: cachesAt(`redis://127.0.0.1:${proxy.port}`),
      begin: async () => void (proxy.delay = 200),
      end: async () => void (proxy.delay = 0),
    });
  });

  it('when random bytes stand under all keys', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const poison = () =>
      server.ask(async (client) => {
        for (const key of await client.keys('*')) {
          const type = await client.type(key);
          if (type === 'hash') for (const field of await client.hkeysBuffer(key)) await client.hset(key, field, randomBytes(300));
          else if (type === 'string') await client.set(key, randomBytes(300));
          else if (type === 'stream') await client.xadd(key, '*', 'b', randomBytes(300));
          else await client.set(key, randomBytes(300));
        }
      });

    await survives({ name: 'Redis holds random bytes under our keys', caches: cachesAt(server.url), begin: poison, end: poison });
  });

  it('when our keys hold values of another kind', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const replace = () =>
      server.ask(async (client) => {
        for (const key of await client.keys('*')) {
          const kind = await client.type(key);
          const change = client.multi().del(key);
          await (kind === 'string' ? change.lpush(key, randomBytes(300)) : change.set(key, randomBytes(300))).exec();
        }
      });

    await survives({ name: 'Redis holds values of another kind under our keys', caches: cachesAt(server.url), begin: replace, end: replace });
  });
});
