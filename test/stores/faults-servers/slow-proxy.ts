import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Milliseconds } from '../../../src/base/units.ts';

/** Stands between a client and a server, and hands everything on later, in both directions and in order. */
export interface SlowProxy {
  readonly port: number;
  /** By how much each direction is late. */
  delay: Milliseconds;
  close(): Promise<void>;
}

export async function slowProxy(port: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  const handOn = (from: Socket, to: Socket) => {
    let due = 0;
    from.on('data', (bytes) => {
      // Never before what came before.
      due = Math.max(due, performance.now() + proxy.delay);
      setTimeout(() => to.writable && to.write(bytes), Math.max(0, due - performance.now()));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    sockets.add(from);
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    handOn(client, upstream);
    handOn(upstream, client);
  });
  const proxy: SlowProxy = {
    port: 0,
    delay: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, { port: (server.address() as AddressInfo).port });
}
