import { type Clock, systemClock } from '../../base/clock.ts';
import type { Transport } from '../../langcache/transport.ts';
import { resolveSemantic, type SemanticOptions } from '../../semantic/semantic-options.ts';
import type { Store } from '../../stores/store.ts';
import { type PlainReply, plainRequest } from '../http.ts';
import type { RewriterOptions } from './rewriter.ts';
import { readyStore } from './ready-store.ts';
import { makeService } from './service.ts';

export interface InProcessOptions {
  /** A store URL such as `sqlite:./answers.db`, or a store. It is closed with the transport. */
  readonly store: string | Store;
  /** @default the bundled model */
  readonly semantic?: SemanticOptions;
  readonly rewriter?: RewriterOptions;
  readonly clock?: Clock;
  /** Hears of what failed and did not make a call fail. @default nobody */
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * The service without a server, for `new LangCache({ store })`: the same engine, routes and checks. Whoever has the store needs no key; a cache is made by
 * its first entry.
 */
export function inProcessTransport(options: InProcessOptions): Transport {
  const { clock = systemClock, onTrouble = () => undefined } = options;
  const store = readyStore(options.store, true, clock, onTrouble);
  const service = makeService({ store, semantic: resolveSemantic({ ...options.semantic, mode: 'on' }), door: 'trusted', rewriter: options.rewriter, clock, onTrouble });

  return {
    async send({ method, url, headers, body, signal }) {
      signal.throwIfAborted();
      const request = plainRequest(`${url.pathname}${url.search}`, { method, headers, signal, ...(body !== undefined && { body }) });
      const reply = await untilAborted(Promise.resolve(service.handle(request)), signal);
      return { status: reply.status, headers: new Headers(reply.headers as Record<string, string>), body: await textOf(reply) };
    },
    async close() {
      await service.close();
      await store.close();
    },
  };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

async function textOf({ body }: PlainReply): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
