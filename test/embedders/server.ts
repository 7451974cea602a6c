import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';

/** A request as the server got it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
  /** Resolves when the caller has hung up. */
  readonly gone: Promise<void>;
}

export interface TestServer {
  readonly url: string;
  readonly asked: Asked[];
  /** Resolves when this many requests are there. */
  arrived(count: number): Promise<void>;
}

/** Starts a server on this machine for the length of the test. `answer` may leave a request without an answer. */
export async function serve(answer: (asked: Asked, response: ServerResponse) => void): Promise<TestServer> {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const one: Asked = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as JsonObject),
      gone: new Promise((resolve) => response.once('close', () => resolve())),
    };
    asked.push(one);
    answer(one, response);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => void (asked.length >= count && (waiting.delete(look), resolve()));
        waiting.add(look);
        look();
      }),
  };
}

/** Answers with JSON. */
export function reply(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A vector that only this text has, exact in float32. */
export const vectorOf = (text: string): number[] => [text.length, ...Array.from(text.padEnd(7).slice(0, 7), (letter) => letter.charCodeAt(0) / 128)];

/** The same, of length 1. */
export const unit = (vector: readonly number[]): Float32Array => {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => value / length);
};

export const base64 = (vector: readonly number[]): string => Buffer.from(new Uint8Array(Float32Array.from(vector).buffer)).toString('base64');

export const never = new AbortController().signal;
