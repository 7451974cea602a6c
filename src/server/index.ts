/** The caching proxy as a part of a program. The door `reprise/server`. */
export { createServer, type ProxyCache, type ProxyServer, type ServerOptions } from './server.ts';
export type { LogOptions, LogRecord } from './log.ts';
export type { Provider, RouteGroup } from './routes.ts';
export type { CallCache } from './cached-call.ts';
export type { About, Handler, PlainReply, PlainRequest, ReplyHeaders, RequestBody } from './http.ts';
