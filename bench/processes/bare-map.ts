/** The least that a caching server does: answers from a `Map` by the SHA-256 of the body; what it does not know it asks the upstream. Prints its port. */
import { hash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const upstream = Number(process.argv[2]);
const answers = new Map<string, Buffer>();
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    const key = hash('sha256', body);
    const send = (answer: Buffer) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    };
    const known = answers.get(key);
    if (known) return send(known);
    void fetch(`http://127.0.0.1:${upstream}${request.url!}`, { method: 'POST', body })
      .then((answer) => answer.arrayBuffer())
      .then((answer) => {
        answers.set(key, Buffer.from(answer));
        send(Buffer.from(answer));
      });
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`));
