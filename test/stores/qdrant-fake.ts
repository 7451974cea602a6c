import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that says which version it is, and nothing else. It ends with the test. */
export async function answering(answer: { readonly version: string }) {
  const requests: string[] = [];
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    keys.push(request.headers['api-key']);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ title: 'qdrant - vector search engine', ...answer }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, keys };
}
