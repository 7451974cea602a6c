/** The caching proxy, and the LangCache service, as parts of a program. The door `reprise/server`. */
export { createServer, type ProxyCache, type ProxyServer, type ServerOptions } from './server.ts';
export type { LogOptions, LogRecord } from './log.ts';
export type { Provider, RouteGroup } from './routes.ts';
export type { CallCache } from './cached-call.ts';
export type { About, Handler, PlainReply, PlainRequest, ReplyHeaders, RequestBody } from './http.ts';
export { langCacheService, type LangCacheService, type LangCacheServiceOptions } from './langcache/mounted.ts';
export type { Key, Keys, KeyScope } from './langcache/keys.ts';
export type { RewriterOptions } from './langcache/rewriter.ts';
