/** A provider that answers every question at once: 2 KB of JSON that name the question. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, indexOf } from '../sample.ts';

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { messages } = JSON.parse(Buffer.concat(pieces).toString()) as { messages: { content: string }[] };
    const body = JSON.stringify(answerOf(indexOf(messages.at(-1)!.content)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`));
