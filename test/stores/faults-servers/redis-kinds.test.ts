import { describe, it } from 'vitest';
import { printsFigures, survives } from './fault.ts';
import { needs, programAt } from './programs.ts';
import { cachesAt } from './redis-caches.ts';
import { RedisCluster } from './redis-cluster.ts';
import { RedisUnderSentinel } from './redis-sentinel.ts';
import { HOW_REDIS, HOW_VALKEY, redisProgram, RedisServer, valkeyProgram } from './redis-server.ts';

const TIMEOUT = 90_000;

needs('redis-server', redisProgram, HOW_REDIS);
needs('openssl', programAt('openssl'), 'apt-get install openssl');
needs('valkey-server', valkeyProgram, HOW_VALKEY);

// Time limits on real servers: a machine that stands still for a moment may break one.
describe.skipIf(redisProgram === undefined).concurrent('requests go on, in time and with the right answers', { retry: 2 }, () => {
  printsFigures();

  it('while a sentinel puts the replica in the place of a primary that was killed', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const redis = await RedisUnderSentinel.start();
    onTestFinished(() => redis.close());

    await survives({
      name: 'Sentinel: the primary is killed',
      caches: cachesAt(redis.url),
      begin: () => redis.primary.signal('SIGKILL'),
      end: () => redis.whenReplaced(),
    });
  });

  it('while a sentinel puts the replica in the place of a primary that hangs, and that comes back', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const redis = await RedisUnderSentinel.start();
    onTestFinished(() => redis.close());

    await survives({
      name: 'Sentinel: the primary hangs (SIGSTOP)',
      caches: cachesAt(redis.url),
      begin: () => redis.primary.signal('SIGSTOP'),
      async end() {
        await redis.whenReplaced();
        await redis.primary.signal('SIGCONT');
      },
    });
  });

  it('while a sentinel has primary and replica change places', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const redis = await RedisUnderSentinel.start();
    onTestFinished(() => redis.close());

    await survives({
      name: 'Sentinel: primary and replica change places',
      caches: cachesAt(redis.url),
      begin: () => redis.changePlaces(),
      end: () => redis.whenReplaced(),
    });
  });

  it('while slots of a cluster move to another server, with what is stored going on being served', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());

    await survives({
      name: 'Cluster: slots in use move (MIGRATE, SETSLOT)',
      caches: cachesAt(cluster.url),
      begin: () => cluster.beginToMove(),
      end: () => cluster.endMove(),
      hitsGoOn: true,
    });
  });

  it('while Redis behind TLS is killed', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const server = await RedisServer.start({ by: 'tls' });
    onTestFinished(() => server.close());

    await survives({
      name: 'TLS: Redis is killed',
      caches: cachesAt(server.url),
      begin: () => server.signal('SIGKILL'),
      end: () => server.start(),
    });
  });

  it('while Redis shows the certificate of an authority that is not trusted', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const server = await RedisServer.start({ by: 'tls' });
    onTestFinished(() => server.close());

    await survives({
      name: 'TLS: the certificate is of another authority',
      caches: cachesAt(server.url),
      begin: () => server.showCertificateOf('another'),
      end: () => server.showCertificateOf('one'),
    });
  });

  it('while Redis behind a Unix socket is killed, and its socket is left behind', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const server = await RedisServer.start({ by: 'socket' });
    onTestFinished(() => server.close());

    await survives({
      name: 'Unix socket: Redis is killed',
      caches: cachesAt(server.url),
      begin: () => server.signal('SIGKILL'),
      end: () => server.start(),
    });
  });

  it('while Redis behind a Unix socket hangs', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
    const server = await RedisServer.start({ by: 'socket' });
    onTestFinished(() => server.close());

    await survives({
      name: 'Unix socket: Redis hangs (SIGSTOP)',
      caches: cachesAt(server.url),
      begin: () => server.signal('SIGSTOP'),
      end: () => server.signal('SIGCONT'),
    });
  });

  describe.skipIf(valkeyProgram === undefined)('and of Valkey', () => {
    it('while it hangs', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
      const server = await RedisServer.start({ program: valkeyProgram! });
      onTestFinished(() => server.close());

      await survives({
        name: 'Valkey hangs (SIGSTOP)',
        caches: cachesAt(server.url),
        begin: () => server.signal('SIGSTOP'),
        end: () => server.signal('SIGCONT'),
      });
    });

    it('while it is restarted', { timeout: TIMEOUT }, async ({ onTestFinished }) => {
      const server = await RedisServer.start({ program: valkeyProgram! });
      onTestFinished(() => server.close());

      await survives({
        name: 'Valkey is restarted',
        caches: cachesAt(server.url),
        async begin() {
          await server.signal('SIGTERM');
          await server.start();
        },
        end: async () => {},
      });
    });
  });
});
