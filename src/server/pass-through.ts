import type { About, Handler } from './http.ts';
import { forwardedRaw, returnedRaw } from './headers.ts';
import { BYPASS } from '../http/reply-headers.ts';
import { PiecesOf } from './pieces-of.ts';
import type { Upstream } from './upstream.ts';

const about: About = { kind: 'bypass', received: 0 };

/** Carries a call to a provider and its answer back, byte for byte and as it comes. Nothing is kept. */
export function passThrough(upstream: Upstream, target: string): Handler {
  return async (request) => {
    const answer = await upstream.call({
      method: request.method,
      target,
      headers: forwardedRaw(request.rawHeaders, request.headers.connection),
      body: request.body,
      signal: request.signal,
    });
    const headers = returnedRaw(answer.rawHeaders, answer.connection);
    headers.push('cache-status', BYPASS);
    return { status: answer.status, headers, body: new PiecesOf(answer.message), about };
  };
}
