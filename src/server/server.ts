import { systemClock, type Clock } from '../base/clock.ts';
import { OptionError } from '../base/errors.ts';
import type { Bytes, Milliseconds } from '../base/units.ts';
import type { Store } from '../stores/store.ts';
import type { CallCache } from './cached-call.ts';
import { cachedCall } from './cached-call.ts';
import { errorReply, refuse, type ErrorFormat } from './errors.ts';
import { carriesServiceKey } from './service-key.ts';
import { isLoopback, makeGuard } from './guard.ts';
import { storeHealth } from './health.ts';
import type { Handler, PlainReply, PlainRequest } from './http.ts';
import { emptyReply, jsonReply } from './http.ts';
import { listen, type Listening } from './listen.ts';
import { RequestLog, type LogOptions } from './log.ts';
import { Metrics } from './metrics.ts';
import { passThrough } from './pass-through.ts';
import { CACHED_PATHS, climbs, destinationOf, errorFormatOf, type Provider, type Route, type RouteGroup } from './routes.ts';
import { traced } from './traced.ts';
import { openUpstream, type Upstream } from './upstream.ts';

/** What the proxy needs of a cache. */
export interface ProxyCache extends CallCache {
  readonly store: Pick<Store, 'name' | 'size'>;
}

export interface ServerOptions {
  /** Answers and keeps. The server does not close it. */
  readonly cache: ProxyCache;
  /** Where calls go; each may have a base path. @default https://api.openai.com and https://api.anthropic.com */
  readonly upstreams?: Partial<Record<Provider, string>>;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes any free one. @default 4141 */
  readonly port?: number;
  /** The largest body of a request that may be cached; those that pass through are not limited. @default 32 MiB */
  readonly maxBodyBytes?: Bytes;
  /** One tenant for all callers, such as `shared`. @default a tenant of its own for every set of credentials */
  readonly tenant?: string;
  /** How long a provider may take until its answer begins, and may be silent within it. @default 10 min */
  readonly requestTimeout?: Milliseconds;
  /** How long a connection to a provider may take to be made. @default 10 s */
  readonly connectTimeout?: Milliseconds;
  /** Names besides those of this machine under which a server on a loopback address is reached, such as `host.docker.internal`. Given for
   * another address, only these are answered there. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose web pages may use the server, such as `http://localhost:5173`; `'*'` lets in all. @default none */
  readonly allowedOrigins?: readonly string[] | '*';
  /** One line a request. @default no log */
  readonly log?: LogOptions;
  /** Further APIs on the same port. */
  readonly groups?: readonly RouteGroup[];
  readonly clock?: Clock;
}

/** The proxy. */
export interface ProxyServer {
  /** Begins to listen and says where. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Answers one request, without a port. Never throws. */
  handle(request: PlainRequest): Promise<PlainReply>;
  /** Stops accepting, lets running answers finish, then breaks off the rest. @default graceMs 10 s */
  close(options?: { readonly graceMs?: Milliseconds }): Promise<void>;
}

/** How a reply ended. */
interface End {
  readonly sent: Bytes;
  readonly complete: boolean;
  readonly ms: Milliseconds;
  readonly error: unknown;
}

const CALLER_LEFT = 499;

/** Makes the caching proxy. A value that cannot be used is an `OptionError`. */
export function createServer(options: ServerOptions): ProxyServer {
  const { cache, host = '127.0.0.1', port = 4141, maxBodyBytes = 32 * 1024 * 1024, tenant, clock = systemClock } = options;
  const { allowedHosts = [], allowedOrigins = [], groups = [] } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new OptionError('port', 'a whole number from 0 to 65535', port);
  if (!(maxBodyBytes > 0)) throw new OptionError('maxBodyBytes', 'a number of bytes above 0', maxBodyBytes);

  const timeouts = { answerTimeout: options.requestTimeout, connectTimeout: options.connectTimeout };
  const upstreams: Readonly<Record<Provider, Upstream>> = {
    openai: openUpstream('upstreams.openai', options.upstreams?.openai ?? 'https://api.openai.com', timeouts),
    anthropic: openUpstream('upstreams.anthropic', options.upstreams?.anthropic ?? 'https://api.anthropic.com', timeouts),
  };
  for (const [name, { base }] of Object.entries(upstreams)) {
    const { port: theirs, hostname } = new URL(base);
    if (port !== 0 && Number(theirs) === port && isLoopback(hostname)) throw new OptionError(`upstreams.${name}`, 'another address than that of this server', base);
  }
  const health = storeHealth(cache.store, clock);
  const metrics = new Metrics(health);
  const log = options.log && new RequestLog(options.log);
  const guard = makeGuard({ loopback: isLoopback(host), allowedHosts, allowedOrigins });
  const openAi = errorFormatOf('openai');
  let draining = false;

  const routes = new Map<string, Route>();
  const own = (path: string, handler: Handler) => routes.set(path, { path, methods: { GET: handler, HEAD: handler }, format: openAi });
  own('/healthz', async () => {
    const store = await health();
    return jsonReply(draining ? 503 : 200, { status: draining ? 'draining' : store.up ? 'ok' : 'degraded', store });
  });
  own('/metrics', async () => {
    const { type, text } = await metrics.text();
    const body = Buffer.from(text);
    return { status: 200, headers: { 'content-type': type, 'content-length': String(body.length) }, body };
  });
  for (const { path, target, format, provider } of CACHED_PATHS) {
    const handler = cachedCall({ cache, upstream: upstreams[provider], format, path: target, maxBodyBytes, tenant });
    routes.set(path, { path, methods: { POST: handler }, format });
  }

  /** The handler of a request and the format of its errors. */
  function route(request: PlainRequest): { readonly handler: Handler; readonly format: ErrorFormat; readonly isFurther?: true } {
    const known = routes.get(request.path);
    const group = known ? undefined : groups.find(({ prefix }) => request.path.startsWith(prefix));
    if (group) return { handler: group.handle, format: group.format, isFurther: true };
    if (carriesServiceKey(request.headers)) {
      const format = known?.format ?? errorFormatOf(destinationOf(request.target, request.headers).provider);
      return { handler: () => refuse(format, 401, 'KEY_MISPLACED', 'This is a key of Reprise. It opens a LangCache cache; providers want keys of their own.'), format };
    }
    if (known) {
      const handler = known.methods[request.method];
      if (handler) return { handler, format: known.format };
      const allow = Object.keys(known.methods).join(', ');
      const message = `${request.method} is not answered here; allowed is ${allow}.`;
      return { handler: () => refuse(known.format, 405, 'METHOD_NOT_ALLOWED', message, { allow }), format: known.format };
    }
    const { provider, target } = destinationOf(request.target, request.headers);
    const format = errorFormatOf(provider);
    if (climbs(request.path)) return { handler: () => refuse(format, 400, 'INVALID_REQUEST', 'A path must not have `.` or `..` among its parts.'), format };
    return { handler: passThrough(upstreams[provider], target), format };
  }

  async function handle(request: PlainRequest): Promise<PlainReply> {
    const begun = clock.elapsed();
    const { handler, format, isFurther } = route(request);
    let error: unknown;
    let reply: PlainReply;
    try {
      reply = guard.check(request, format) ?? (await handler(request));
    } catch (thrown) {
      // Nobody receives the reply to a caller who left; the log shows it by the status that web servers use for that.
      const left = request.signal.aborted;
      if (!left) error = thrown;
      reply = left ? emptyReply(CALLER_LEFT) : errorReply(thrown, format);
    }
    if (isFurther && !reply.trace) reply = traced(reply);
    reply = guard.admit(request, reply);
    const { about, code } = reply;
    if (about) {
      metrics.started(about, clock.elapsed() - begun);
      void about.settled?.then((settled) => metrics.settled(about, settled));
    }
    if (code !== undefined) metrics.failed(code);
    return { ...reply, onEnd: (sent, complete) => ended(request, reply, { sent, complete, ms: clock.elapsed() - begun, error }) };
  }

  function ended(request: PlainRequest, reply: PlainReply, { sent, complete, ms, error }: End): void {
    const { about } = reply;
    reply.onEnd?.(sent, complete);
    if (about) metrics.ended(about, sent, !(reply.body instanceof Uint8Array), ms);
    log?.add({
      method: request.method,
      path: request.path,
      outcome: about?.kind,
      status: reply.status,
      ms,
      model: about?.model,
      entry: about?.entry,
      ...(!complete && { cut: true }),
      ...(error !== undefined && { error: String(error) }),
      ...reply.trace,
    });
  }

  let listening: Listening | undefined;
  return {
    handle,
    async listen() {
      listening = await listen(handle, { host, port });
      const shown = host.includes(':') ? `[${host}]` : host;
      return { url: `http://${shown}:${listening.port}`, port: listening.port };
    },
    async close({ graceMs = 10_000 } = {}) {
      draining = true;
      await listening?.close(graceMs);
      for (const upstream of Object.values(upstreams)) upstream.close();
      log?.flush();
    },
  };
}
