import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { sendWhole } from './send.ts';
import type { FakeReply } from './script.ts';

/** What the echo tells of a request, as JSON. */
export interface FakeEcho {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** Length of the body. */
  readonly bytes: number;
  /** Of the body, as hex. */
  readonly sha256: string;
}

/**
 * Answers a path that no wire format owns. With the request header `x-fake-echo: body` the body comes back as it arrives, chunk by
 * chunk, under its own content type; without it, a `FakeEcho` once the body has ended.
 */
export function echo(exchange: Exchange, status: number, keep: boolean): void {
  const { incoming, outgoing, headers } = exchange;
  if (headers['x-fake-echo'] === 'body') {
    outgoing.writeHead(status, { 'content-type': headers['content-type'] ?? 'application/octet-stream', 'x-fake-echo': 'body' });
    outgoing.flushHeaders();
    if (keep) incoming.on('data', (chunk: Uint8Array) => exchange.take(chunk));
    incoming.pipe(outgoing);
    return;
  }
  const hash = createHash('sha256');
  let bytes = 0;
  incoming.on('data', (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
    if (keep) exchange.take(chunk);
  });
  incoming.on('end', () => {
    const said: FakeEcho = { method: exchange.method, path: exchange.path, rawHeaders: exchange.rawHeaders, bytes, sha256: hash.digest('hex') };
    void sendWhole(exchange, status, { 'content-type': 'application/json', 'x-fake-echo': 'digest' }, JSON.stringify(said), {} satisfies FakeReply);
  });
}
