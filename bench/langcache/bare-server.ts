/** The least that a LangCache server does: parses the request, and answers with JSON as the service's. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { responseTo } from './order.ts';

const response = responseTo(0);
const server = createServer((request, reply) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { prompt, searchStrategies } = JSON.parse(Buffer.concat(pieces).toString()) as { prompt: string; searchStrategies: readonly string[] };
    const found = { id: '0123456789abcdef0123456789abcdef', prompt, response, attributes: {}, similarity: 1, searchStrategy: searchStrategies[0] };
    const answer = JSON.stringify({ data: [found] });
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    reply.end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`));
