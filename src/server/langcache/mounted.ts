import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../base/clock.ts';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import { resolveSemantic, type SemanticOptions } from '../../semantic/semantic-options.ts';
import type { Store } from '../../stores/store.ts';
import { errorReply } from '../errors.ts';
import { makeGuard } from '../guard.ts';
import { emptyReply, type PlainReply, type PlainRequest } from '../http.ts';
import { bridge } from '../listen.ts';
import { traced } from '../traced.ts';
import type { Keys } from './keys.ts';
import { readyStore } from './ready-store.ts';
import { errorFormat } from './refusal.ts';
import type { RewriterOptions } from './rewriter.ts';
import { makeService } from './service.ts';

/** What a LangCache service may be given. Values that cannot be used are an `OptionError`. */
export interface LangCacheServiceOptions {
  /** Keeps caches, keys, entries and counts: a URL such as `sqlite:./answers.db`, or a store. One that was given is not closed. */
  readonly store: string | Store;
  /** How prompts are matched; `mode` means nothing here. @default the bundled model */
  readonly semantic?: SemanticOptions;
  /**
   * Who comes in. `keys`: nobody without a key. `loopback`: as long as no key was ever made, everybody on this machine; for a server that listens on a
   * loopback address and no other. @default 'keys'
   */
  readonly access?: 'keys' | 'loopback';
  /** A chat model that rewrites the last question of a conversation. @default none */
  readonly rewriter?: RewriterOptions;
  /** Calls in a second with one key; more are answered with 429. @default any number */
  readonly perSecond?: number;
  /** The largest body of a request. @default 4 MiB */
  readonly maxBodyBytes?: Bytes;
  /** How long a body may take to arrive. @default 30 s */
  readonly bodyTimeout?: Milliseconds;
  /** How long store, embedder and models may take for one call, before it is answered with 424. @default 20 s */
  readonly answerTimeout?: Milliseconds;
  /** Names besides those of this machine that are answered with `access: 'loopback'`; otherwise the only ones that are. @default none; any */
  readonly allowedHosts?: readonly string[];
  /** Origins whose web pages may call it; `'*'` lets in all. @default none */
  readonly allowedOrigins?: readonly string[] | '*';
  /** Hears of what failed and did not make a call fail. @default nobody */
  readonly onTrouble?: (error: unknown) => void;
}

/** A LangCache service within a server of yours. */
export interface LangCacheService {
  /** Answers a request of `node:http` that nobody has read the body of. What is none of the service's goes to `next`, and is a 404 without it. */
  readonly listener: (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;
  /** Answers a request without a port; see `PlainRequest`. Never throws. */
  handle(request: PlainRequest): Promise<PlainReply>;
  /** Makes, lists and revokes keys. */
  readonly keys: Keys;
  /** Writes what is not written yet, and closes the store unless it was given as one. */
  close(): Promise<void>;
}

const CALLER_LEFT = 499;

/**
 * A LangCache service to mount into a server of `node:http`, with the routes of `reprise serve`: `/v1/caches/`, `/admin/caches`, `/openapi.json` and `/docs`.
 * Nothing is opened before the first call.
 *
 * @example
 * const service = langCacheService({ store: 'sqlite:./answers.db', access: 'loopback' });
 * createServer(service.listener).listen(8787, '127.0.0.1');
 */
export function langCacheService(options: LangCacheServiceOptions): LangCacheService {
  const { store: given, semantic, access = 'keys', allowedHosts = [], allowedOrigins = [], onTrouble = () => undefined, ...limits } = options;
  const store = readyStore(given, typeof given === 'string', systemClock, onTrouble);
  const service = makeService({ ...limits, store, semantic: resolveSemantic({ ...semantic, mode: 'on' }), door: access, clock: systemClock, onTrouble });
  const guard = makeGuard({ loopback: access === 'loopback', allowedHosts, allowedOrigins });
  const groupOf = (path: string) => service.groups.find(({ prefix }) => path.startsWith(prefix));

  async function handle(request: PlainRequest): Promise<PlainReply> {
    let reply: PlainReply;
    try {
      reply = guard.check(request, errorFormat) ?? (await (groupOf(request.path)?.handle ?? service.handle)(request));
    } catch (thrown) {
      reply = request.signal.aborted ? emptyReply(CALLER_LEFT) : errorReply(thrown, errorFormat);
    }
    return guard.admit(request, reply.trace ? reply : traced(reply));
  }

  return {
    listener(request, response, next) {
      if (next && !groupOf(request.url!)) next();
      else void bridge(handle, request, response);
    },
    handle,
    keys: service.keys,
    async close() {
      await service.close();
      await store.close();
    },
  };
}
