import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Milliseconds } from '../../base/units.ts';
import { HOSTED_LIMITS, type Operation, type OperationName, OPERATIONS, requestSchemas } from '../../langcache/wire.ts';
import { generationOf, PROBLEMS } from '../../langcache/wire-problems.ts';
import { rateLimit } from '../../semantic/rate.ts';
import { emptyReply, type Handler, jsonReply, type PlainReply, type PlainRequest } from '../http.ts';
import type { Access, Caller, Need } from './access.ts';
import { ADMIN_OPERATIONS, type AdminOperation, type AdminName, type AdminOperations } from './admin.ts';
import { type Cache, CACHE_ID, type Caches } from './caches.ts';
import { type Call, type Engine, unmade } from './engine.ts';
import { type BodyLimits, checked, readJson } from './read-body.ts';
import { documentOf, Refusal, refusalOf } from './refusal.ts';
import { makeRouter } from './router.ts';
import { within } from './within.ts';

/** Operations that change nothing, whatever their method. */
const READS: ReadonlySet<OperationName> = new Set(['search', 'conversationalSearch', 'getEntry', 'listEntries', 'searchMany', 'stats']);

/** Operations that take as long as there are entries. */
const LONG: ReadonlySet<OperationName> = new Set(['deleteQuery', 'deleteByTag', 'flush', 'stats']);

export interface HandlerParts extends BodyLimits {
  readonly engine: Engine;
  readonly caches: Caches;
  readonly admin: AdminOperations;
  readonly access: Access;
  /** Connects where that has not happened yet. */
  readonly ready: () => Promise<void>;
  /** Calls per second and key; more are refused with 429. */
  readonly perSecond: number | undefined;
  /** How long store, embedder and models may take together; what deletes or counts all entries may take longer. */
  readonly answerTimeout: Milliseconds;
  readonly clock: Clock;
}

type Route =
  | ({ readonly kind: 'cache'; readonly name: OperationName } & Pick<Operation<unknown>, 'method' | 'path' | 'status'>)
  | ({ readonly kind: 'admin'; readonly name: AdminName } & Omit<AdminOperation, 'name'>);

const ROUTES: readonly Route[] = [
  ...(Object.entries(OPERATIONS) as [OperationName, Operation<unknown>][]).map(([name, { method, path, status }]) => ({ kind: 'cache', name, method, path, status }) as const),
  ...ADMIN_OPERATIONS.map((operation) => ({ kind: 'admin', ...operation }) as const),
];
const routeOf = makeRouter(ROUTES);

/** The checks of requests, by the longest prompt that a cache takes. */
const schemas = new Map<number, ReturnType<typeof requestSchemas>>();
function schemasFor({ maxPromptLength }: Cache): ReturnType<typeof requestSchemas> {
  let made = schemas.get(maxPromptLength);
  if (!made) schemas.set(maxPromptLength, (made = requestSchemas({ ...HOSTED_LIMITS, promptLength: [1, maxPromptLength] })));
  return made;
}

/** Answers the LangCache and admin routes. Never fails. */
export function makeHandler(parts: HandlerParts): Handler {
  const { engine, caches, admin, access, ready, clock } = parts;
  const mayAsk = parts.perSecond === undefined ? () => true : rateLimit(parts.perSecond, () => clock.elapsed());

  /** Lets the caller in, no more often than it may come. */
  async function admit({ headers }: PlainRequest, need: Need, cacheId?: string): Promise<Caller> {
    const caller = await access(headers.authorization, need, cacheId);
    if (!mayAsk(caller.key?.id ?? '')) {
      const wait = Math.max(1, Math.ceil(1 / parts.perSecond!));
      throw new Refusal('too-many-requests', `More than ${parts.perSecond} calls in a second.`, { headers: { 'retry-after': String(wait) } });
    }
    return caller;
  }

  /** The cache of a call. Who needs no key finds every cache; those that are not made yet are empty. */
  async function cacheOf(cacheId: string, caller: Caller): Promise<Cache> {
    if (!CACHE_ID.test(cacheId)) throw new Refusal('cache-not-found', 'This is no id of a cache.');
    const cache = await caches.get(cacheId);
    if (cache) return cache;
    if (caller.key) throw new Refusal('cache-not-found', 'There is no cache with this id any more.');
    return unmade(cacheId, clock);
  }

  const inTime = <T>(work: Promise<T>): Promise<T> =>
    within(work, parts.answerTimeout, () => new Refusal('database-unavailable', `The store did not answer within ${parts.answerTimeout} ms.`));

  async function enter(request: PlainRequest, name: OperationName, cacheId: string, heard: (caller: Caller) => void): Promise<Cache> {
    await ready();
    const caller = await admit(request, READS.has(name) ? 'read' : 'write', cacheId);
    heard(caller);
    return cacheOf(cacheId, caller);
  }

  async function answer(request: PlainRequest, heard: (caller: Caller) => void): Promise<{ status: number; body: unknown }> {
    const routed = routeOf(request.method, request.path);
    if (!routed) throw new Refusal('resource-not-found', `There is no ${request.method} of this path.`);
    const { route, params } = routed;
    const { cacheId = '', ...path } = params;
    if (route.kind === 'admin') {
      heard(await inTime(ready().then(() => admit(request, 'admin'))));
      const json = await readJson(request, parts);
      return { status: route.status, body: await admin[route.name]({ cacheId, body: route.request ? checked(route.request, json) : undefined }) };
    }
    const cache = await inTime(enter(request, route.name, cacheId, heard));
    const body = await bodyOf(route.name, request, cache);
    const operate = engine.operations[route.name] as (call: Call) => Promise<unknown>;
    const work = operate({ cache, body, path, signal: request.signal });
    return { status: route.status, body: await (LONG.has(route.name) ? work : inTime(work)) };
  }

  async function bodyOf(name: OperationName, request: PlainRequest, cache: Cache): Promise<unknown> {
    const known: Partial<Record<OperationName, v.GenericSchema>> = schemasFor(cache);
    const schema = known[name];
    const given = name === 'listEntries' ? queryOf(request) : await readJson(request, parts);
    return schema ? checked(schema, given) : undefined;
  }

  return async (request) => {
    const requestId = randomUUID();
    let key: string | undefined;
    let reply: PlainReply;
    let error: unknown;
    try {
      const { status, body } = await answer(request, (caller) => (key = caller.key?.id));
      reply = body === undefined ? emptyReply(status) : jsonReply(status, body);
    } catch (thrown) {
      // Nobody receives an answer then, and the log tells it apart.
      if (request.signal.aborted) throw thrown;
      const refusal = refusalOf(thrown);
      const { status } = PROBLEMS[refusal.problem];
      const document = documentOf(refusal, generationOf(request.headers['user-agent']), requestId);
      reply = jsonReply(status, document, refusal.headers);
      if (refusal.cause !== undefined) error = refusal.cause;
    }
    const headers = { ...(reply.headers as Readonly<Record<string, string>>), 'x-request-id': requestId, 'cache-control': 'no-store' };
    return { ...reply, headers, trace: { requestId, ...(key !== undefined && { key }), ...(error !== undefined && { error: String(error) }) } };
  };
}

/** The query with `limit` as a number. */
function queryOf({ query }: PlainRequest): Record<string, unknown> {
  const { limit, cursor, tag } = Object.fromEntries(new URLSearchParams(query));
  return {
    ...(limit !== undefined && { limit: /^\d+$/.test(limit) ? Number(limit) : limit }),
    ...(cursor !== undefined && { cursor }),
    ...(tag !== undefined && { tag }),
  };
}
