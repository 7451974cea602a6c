import { readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { CacheError, OptionError } from '../../base/errors.ts';
import { lazy } from '../../base/lazy.ts';
import type { Bytes, Milliseconds } from '../../base/units.ts';
import { meaningDoor } from '../../semantic/door.ts';
import type { ResolvedSemantic } from '../../semantic/semantic-options.ts';
import type { Store } from '../../stores/store.ts';
import { emptyReply, type Handler, jsonReply } from '../http.ts';
import type { RouteGroup } from '../routes.ts';
import { type AccessOptions, makeAccess } from './access.ts';
import { adminOperations } from './admin.ts';
import { openCaches } from './caches.ts';
import { openCounts } from './counts.ts';
import { createEngine } from './engine.ts';
import { makeHandler } from './handler.ts';
import { type Keys, openKeys } from './keys.ts';
import { ownStore } from './own-store.ts';
import { errorFormat, Refusal } from './refusal.ts';
import { chatRewriter, type RewriterOptions } from './rewriter.ts';
import { samePrompt as openSamePrompt } from './same-prompt.ts';

/** What a service is made of. */
export interface ServiceParts {
  /** Keeps caches, keys and entries. The service does not close it. */
  readonly store: Store;
  /** How prompts are matched; `mode` means nothing here. */
  readonly semantic: ResolvedSemantic;
  /** Who comes in: see `AccessOptions`. */
  readonly door: AccessOptions['door'];
  /** Rewrites the last question of a conversation. */
  readonly rewriter?: RewriterOptions | undefined;
  /** Calls per second and key; without keys, of all callers together. @default any number */
  readonly perSecond?: number | undefined;
  /** @default 4 MiB */
  readonly maxBodyBytes?: Bytes | undefined;
  /** How long a body may take to arrive. @default 30 s */
  readonly bodyTimeout?: Milliseconds | undefined;
  /** How long store, embedder and models may take for one call, before it is answered with 424. @default 20 s */
  readonly answerTimeout?: Milliseconds | undefined;
  readonly clock: Clock;
  /** Hears of what failed and did not make a call fail. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Service {
  /** For `createServer`. */
  readonly groups: readonly RouteGroup[];
  /** Answers one call. Never fails, unless the caller has left. */
  readonly handle: Handler;
  readonly keys: Keys;
  close(): Promise<void>;
}

/** A LangCache service over a store. A value that cannot be used is an `OptionError`. */
export function makeService(options: ServiceParts): Service {
  const { clock, onTrouble, perSecond, maxBodyBytes = 4 * 1024 * 1024, bodyTimeout = 30_000, answerTimeout = 20_000 } = options;
  if (perSecond !== undefined && !(perSecond > 0)) throw new OptionError('perSecond', 'a number above 0', perSecond);
  if (!(maxBodyBytes > 0)) throw new OptionError('maxBodyBytes', 'a number of bytes above 0', maxBodyBytes);
  const store = ownStore(options.store, clock);
  const meaning = meaningDoor({ options: options.semantic, store, clock, kind: 'qa', timeBound: () => false, onTrouble });
  const caches = openCaches(store.records, clock);
  const keys = openKeys(store.records, clock);
  const rewriter = options.rewriter && chatRewriter(options.rewriter);
  const counts = openCounts(store.records, clock, onTrouble);
  const samePrompt = openSamePrompt(store, onTrouble);
  const engine = createEngine({ store, caches, counts, samePrompt, meaning, rewriter, clock, onTrouble });
  const ready = lazy(async () => {
    try {
      samePrompt.opened(await store.open());
    } catch (cause) {
      throw cause instanceof CacheError ? cause : new Refusal('database-unavailable', 'The store cannot be opened.', { cause });
    }
  });
  const handle = makeHandler({
    engine, caches, clock, perSecond, maxBodyBytes, bodyTimeout, answerTimeout,
    admin: adminOperations({ caches, keys, engine }),
    access: makeAccess({ keys, door: options.door }),
    ready: async () => void (await ready()),
  });

  return {
    handle,
    keys,
    groups: ['/v1/caches', '/admin/caches', '/openapi.json', '/docs'].map((prefix) => ({
      prefix,
      handle: prefix === '/openapi.json' || prefix === '/docs' ? described(handle) : handle,
      format: errorFormat,
    })),
    async close() {
      samePrompt.close();
      await meaning.close();
      await counts.close();
    },
  };
}

/** The pages that describe the API, made when they are first asked for; all else below their paths is not there. */
function described(otherwise: Handler): Handler {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return otherwise(request);
    const { docsPage, DOCS_HEADERS } = await import('./docs-page.ts');
    if (request.path === '/openapi.json') {
      const { openApiDocument } = await import('./openapi.ts');
      return jsonReply(200, openApiDocument(version()));
    }
    if (request.path !== '/docs' && request.path !== '/docs/') return otherwise(request);
    const body = Buffer.from(docsPage());
    return { ...emptyReply(200, { ...DOCS_HEADERS, 'content-length': String(body.length) }), body };
  };
}

const version = (): string => (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
