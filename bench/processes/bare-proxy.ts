/** The least that a proxy does: hands each request to the upstream and pipes the answer back. Prints its port. */
import { Agent, createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

const upstream = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
const server = createServer((incoming, response) => {
  const { method, url, headers } = incoming;
  const outgoing = ask({ host: '127.0.0.1', port: upstream, agent, method, path: url, headers: { ...headers, host: `127.0.0.1:${upstream}` } }, (answer) => {
    response.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`));
