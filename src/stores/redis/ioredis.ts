import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { loadPeer, type Peer } from '../../base/lazy.ts';
import type { Milliseconds } from '../../base/units.ts';
import { type Arg, type Listening, type RedisCommands, type Reply, type Send, within } from './commands.ts';
import type { Host, Target } from './target.ts';

export const ioredisPeer: Peer = { name: 'ioredis', range: '^5.4.0 || ^6.0.0' };

/** How long to wait before connecting again. */
const again = (times: number): Milliseconds => Math.min(50 * times, 1000);

/** Connects to a server, to the primary that sentinels name, or to a cluster. */
export async function connectIoredis(target: Target, limit: Milliseconds): Promise<RedisCommands> {
  const { Redis, Cluster } = await loadPeer(ioredisPeer, () => import('ioredis'));
  const { username, password, db, tls, hosts } = target;
  const common: RedisOptions = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...tls } }),
    db,
    lazyConnect: true,
    connectTimeout: limit,
    // A connection that was never made is waited for so long when it is let go.
    disconnectTimeout: 100,
    // A command that cannot be sent, or whose connection broke, fails at once: nobody waits, and nothing is done twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: again,
    protocol: 2,
  };
  let client: Redis | Cluster;
  if (target.kind === 'cluster') {
    const { lazyConnect: _, retryStrategy: __, enableOfflineQueue: ___, ...node } = common;
    client = new Cluster([...hosts], {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: again,
      slotsRefreshTimeout: limit,
      // Nodes are known by address; a certificate names the host that was given.
      redisOptions: node,
    });
  } else if (target.kind === 'sentinel') {
    client = new Redis({
      ...common,
      sentinels: [...hosts],
      name: target.service!,
      failoverDetector: true,
      ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
      ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: { ...tls } }),
      sentinelRetryStrategy: again,
      // A primary that became a replica says so to whoever writes.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
  } else {
    client = new Redis({ ...common, ...(target.socket === undefined ? placeOf(hosts[0]!) : { path: target.socket }) });
  }
  const trouble: { last?: Error } = {};
  client.on('error', (error: Error) => (trouble.last = error));
  try {
    await within(limit, 'connect', client.connect());
    // The driver goes on in database 0 where it may not have the one that was asked for.
    if (db !== 0 && target.kind !== 'cluster') await within(limit, 'select', client.select(db));
  } catch (error) {
    client.disconnect();
    const told = trouble.last ?? (error as Error);
    // Of a cluster it says only that there is none to be had; why, the last server said.
    const { lastNodeError } = told as { lastNodeError?: Error };
    throw lastNodeError ? new Error(`${told.message} ${lastNodeError.message}`, { cause: told }) : told;
  }
  return commandsOfIoredis(client, () => client.disconnect());
}

const placeOf = ({ host, port }: Host) => ({ host, port });

/** The commands of a client of ioredis. */
export function commandsOfIoredis(client: Redis | Cluster, close: () => void = () => {}): RedisCommands {
  const sendBy =
    (to: Redis | Cluster): Send =>
    ([name, ...args]) =>
      to.callBuffer(String(name), ...(args as Arg[])) as Promise<Reply>;
  // Asked for by what it can do, as a client of another copy of the package is of another class.
  const cluster = 'nodes' in client && typeof client.nodes === 'function' ? (client as Cluster) : undefined;
  const servers = (): Redis[] => (cluster ? cluster.nodes('master') : [client as Redis]);
  return {
    isCluster: cluster !== undefined,
    send: sendBy(client),
    everyServer: async () => servers().map(sendBy),
    async listen(onMessage, onEnd): Promise<Listening> {
      const all = servers();
      const one = all[Math.floor(Math.random() * all.length)];
      if (!one) throw new Error('no server of the cluster is known');
      const own = one.duplicate({
        lazyConnect: true,
        enableOfflineQueue: false,
        autoResubscribe: false,
        retryStrategy: () => null,
        reconnectOnError: null,
        readOnly: false,
      });
      let ended = false;
      const end = () => {
        if (!ended) onEnd();
        ended = true;
      };
      own.on('error', () => {});
      own.on('messageBuffer', (channel: Buffer, message: Buffer) => onMessage(channel.toString(), message));
      own.on('close', end);
      own.on('end', end);
      try {
        await own.connect();
      } catch (error) {
        own.disconnect();
        throw error;
      }
      return {
        subscribe: (channel) => own.subscribe(channel),
        unsubscribe: (channel) => own.unsubscribe(channel),
        ping: () => own.ping(),
        close: () => own.disconnect(),
      };
    },
    async close() {
      close();
    },
  };
}
