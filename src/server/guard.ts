import type { PlainReply, PlainRequest } from './http.ts';
import { emptyReply } from './http.ts';
import type { ErrorFormat } from './errors.ts';
import { refuse } from './errors.ts';
import { withoutCors } from './headers.ts';

export interface GuardOptions {
  /** The server listens on a loopback address only. */
  readonly loopback: boolean;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[] | '*';
}

/** Keeps out what no API client would send, above all web pages that nobody asked to speak to this server. */
export interface Guard {
  /** The refusal or the reply to a browser's preflight; `undefined` lets the request in. */
  check(request: PlainRequest, format: ErrorFormat): PlainReply | undefined;
  /** Tells the browser that the page may read the reply, where a page asked. */
  admit(request: PlainRequest, reply: PlainReply): PlainReply;
}

const MAX_KNOWN_HOSTS = 64;
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * On a loopback address only names of this machine are answered: a page whose own name was pointed here (DNS rebinding) is turned away,
 * as its `Host` gives it away. Requests that a browser makes for a page carry `Origin` or `Sec-Fetch-Site`; they are refused
 * unless the page's origin is allowed or is this server itself.
 */
export function makeGuard(options: GuardOptions): Guard {
  const known = new Set<string>();
  const allowedHosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  const origins = options.allowedOrigins === '*' ? undefined : new Set(options.allowedOrigins);

  const hostIsFine = (host: string | undefined): boolean => {
    if (!options.loopback && allowedHosts.size === 0) return true;
    if (host === undefined) return false;
    if (known.has(host)) return true;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (!(options.loopback && LOOPBACK.test(name)) && !allowedHosts.has(name) && !allowedHosts.has(host.toLowerCase())) return false;
    if (known.size < MAX_KNOWN_HOSTS) known.add(host);
    return true;
  };
  const isOwn = (origin: string, host: string | undefined) => origin === `http://${host}` || origin === `https://${host}`;
  const originIsFine = (origin: string, host: string | undefined) => !origins || origins.has(origin) || isOwn(origin, host);

  return {
    check(request, format) {
      const { headers, method, target } = request;
      if (target[0] !== '/') return refuse(format, 400, 'INVALID_REQUEST', 'The request target must be a path. No request says where it goes.');
      if (method === 'TRACE') return refuse(format, 405, 'INVALID_REQUEST', 'TRACE is not answered.', { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE' });
      // An offer of HTTP/2, which some clients make with every request, may be passed over (RFC 9110, 7.8).
      if (headers.upgrade !== undefined && headers.upgrade.toLowerCase() !== 'h2c') {
        return refuse(format, 400, 'INVALID_REQUEST', 'Connections are not upgraded (no WebSocket).');
      }
      if (!hostIsFine(headers.host)) {
        return refuse(format, 403, 'HOST_NOT_ALLOWED', `The host ${JSON.stringify(headers.host ?? '')} is not answered here; if it is yours, allow it by name (--allowed-hosts, or the option allowedHosts).`);
      }
      const { origin } = headers;
      if (origin === undefined) {
        const site = headers['sec-fetch-site'];
        if (site === undefined || site === 'none' || site === 'same-origin') return undefined;
      } else if (originIsFine(origin, headers.host)) {
        return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined ? preflight(request) : undefined;
      }
      return refuse(format, 403, 'ORIGIN_NOT_ALLOWED', `Web pages may not use this server unasked; allow the origin ${JSON.stringify(origin ?? '')} if it is yours.`);
    },
    admit(request, reply) {
      const { origin } = request.headers;
      const { host } = request.headers;
      if (origin === undefined || isOwn(origin, host) || !originIsFine(origin, host)) return reply;
      const cors = ['access-control-allow-origin', origin, 'access-control-expose-headers', '*', 'vary', 'origin'];
      const headers = Array.isArray(reply.headers) ? (reply.headers as readonly string[]) : Object.entries(reply.headers).flat();
      return { ...reply, headers: [...(reply.about ? withoutCors(headers) : headers), ...cors] };
    },
  };
}

/** The answer to a browser that asks whether a page may send what it wants to send. */
function preflight({ headers }: PlainRequest): PlainReply {
  return emptyReply(204, {
    'access-control-allow-methods': headers['access-control-request-method']!,
    ...(headers['access-control-request-headers'] !== undefined && { 'access-control-allow-headers': headers['access-control-request-headers'] }),
    ...(headers['access-control-request-private-network'] !== undefined && { 'access-control-allow-private-network': 'true' }),
    'access-control-max-age': '600',
  });
}

/** True for an address that only this machine can reach. */
export const isLoopback = (host: string): boolean => host === '::1' || LOOPBACK.test(host);
