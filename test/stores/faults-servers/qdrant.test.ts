import { randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'vitest';
import type { CacheOptions } from '../../../src/options.ts';
import { printsFigures, survives } from './fault.ts';
import { needs } from './programs.ts';
import { HOW_QDRANT, qdrantPython, QdrantServer } from './qdrant-server.ts';
import { slowProxy } from './slow-proxy.ts';

const TIMEOUT = 60_000;

/** The same store for two processes, one with memory before it. */
const cachesAt = (store: string): Record<string, CacheOptions> => ({ 'without memory': { store, memory: false }, 'with memory': { store } });

async function serverFor({ onTestFinished }: TestContext): Promise<QdrantServer> {
  const server = await QdrantServer.start();
  onTestFinished(() => server.close());
  return server;
}

needs("Qdrant's engine", qdrantPython, HOW_QDRANT);

// Time limits on real processes: a machine that stands still for a moment may break one. One after the other, as the adapter takes much of a processor.
describe.skipIf(qdrantPython === undefined)('requests go on, in time and with the right answers', { retry: 2 }, () => {
  printsFigures();

  it('while Qdrant hangs', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({ name: 'Qdrant hangs (SIGSTOP)', caches: cachesAt(server.url()), begin: () => server.signal('SIGSTOP'), end: () => server.signal('SIGCONT') });
  });

  it('while Qdrant is gone after it was killed', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({ name: 'Qdrant is killed', caches: cachesAt(server.url()), begin: () => server.signal('SIGKILL'), end: () => server.start() });
  });

  it('while Qdrant is restarted', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Qdrant is restarted',
      caches: cachesAt(server.url()),
      async begin() {
        await server.signal('SIGTERM');
        await server.start();
      },
      end: async () => {},
      told: false,
    });
  });

  it('when Qdrant comes back with nothing', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);

    await survives({
      name: 'Qdrant comes back empty',
      caches: cachesAt(server.url()),
      begin: () => server.signal('SIGKILL'),
      async end() {
        server.forget();
        await server.start();
      },
    });
  });

  it('while the key of Qdrant is another one', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const restart = async (key: string) => {
      await server.signal('SIGKILL');
      await server.start(key);
    };

    await survives({ name: 'Qdrant has another key', caches: cachesAt(server.url()), begin: () => restart('two'), end: () => restart('one') });
  });

  it('while the network to Qdrant is slower than a read may be', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const proxy = await slowProxy(server.port);
    context.onTestFinished(() => proxy.close());

    await survives({
      name: 'The network to Qdrant takes 400 ms',
      caches: cachesAt(server.url(proxy.port)),
      begin: async () => void (proxy.delay = 200),
      end: async () => void (proxy.delay = 0),
    });
  });

  it('when random bytes stand in all points', { timeout: TIMEOUT }, async (context) => {
    const server = await serverFor(context);
    const poison = async () => {
      const bytes = randomBytes(300).toString('base64');
      const points = (kind: string) => ({ wait: true, filter: { must: [{ key: 'kind', match: { value: kind } }] } });
      await server.client().setPayload('faults', { ...points('llm'), payload: { head: bytes, body: bytes } });
      await server.client().setPayload('faults', { ...points('record'), payload: { value: bytes } });
      await server.client().setPayload('faults', { ...points('changes'), payload: { notes: bytes } });
    };

    await survives({ name: 'Qdrant holds random bytes in our points', caches: cachesAt(server.url()), begin: poison, end: poison });
  });
});
