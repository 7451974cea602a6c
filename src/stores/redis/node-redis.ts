import type { RedisClientOptions } from 'redis';
import { OptionError } from '../../base/errors.ts';
import { loadPeer, type Peer } from '../../base/lazy.ts';
import type { Milliseconds } from '../../base/units.ts';
import { type Arg, type Listening, type RedisCommands, type Reply, type Send, within } from './commands.ts';
import type { Target } from './target.ts';

export const nodeRedisPeer: Peer = { name: 'redis', range: '^5.0.0 || ^6.0.0' };

/** Texts as bytes, maps as flat lists, numbers with a point as texts: by the first byte that each has on the wire. */
const TYPES = { typeMapping: { 36: Buffer, 37: Array, 44: String } };

/** What is used of a client for one server. */
export interface NodeClient {
  sendCommand(args: Arg[], options: typeof TYPES): Promise<unknown>;
  duplicate(overrides: object): NodeClient;
  connect(): Promise<unknown>;
  on(event: string, listener: (error: Error) => void): unknown;
  subscribe(channel: string, listener: (message: Buffer, channel: Buffer) => void, asBytes: true): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  ping(): Promise<unknown>;
  destroy(): void;
  readonly options?: { readonly socket?: object };
}

/** What is used of a client for a cluster. */
interface ClusterClient {
  sendCommand(key: Arg | undefined, isReadonly: boolean, args: Arg[], options: typeof TYPES): Promise<unknown>;
  readonly masters: readonly object[];
  nodeClient(node: object): Promise<NodeClient>;
}

/** What is used of a client that asks sentinels. */
interface SentinelClient {
  sendCommand(isReadonly: boolean, args: Arg[], options: typeof TYPES): Promise<unknown>;
  getMasterNode(): { readonly host: string; readonly port: number } | undefined;
}

/** Connects to a server, to the primary that sentinels name, or to a cluster. */
export async function connectNodeRedis(target: Target, limit: Milliseconds): Promise<RedisCommands> {
  const { createClient, createCluster, createSentinel } = await loadPeer(nodeRedisPeer, () => import('redis'));
  const { username, password, db, tls, hosts, socket } = target;
  let connected = false;
  // The first attempt fails at once; what was connected once is connected again.
  const reconnectStrategy = (times: number) => (connected ? Math.min(50 * (times + 1), 1000) : (false as const));
  const options = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // A command that cannot be sent fails at once: nobody waits.
    disableOfflineQueue: true,
  };
  const place = { connectTimeout: limit, reconnectStrategy, ...(tls && { tls: true as const, ...tls }) };
  let last: Error | undefined;
  const opened = <C extends { on(event: 'error', listener: (error: Error) => void): unknown; connect(): Promise<unknown>; destroy(): unknown }>(client: C) => {
    client.on('error', (error) => (last = error));
    return {
      client,
      async connect() {
        try {
          await within(limit, 'connect', client.connect());
          connected = true;
        } catch (error) {
          await Promise.resolve().then(() => client.destroy()).catch(() => {});
          throw last ?? error;
        }
      },
      close: async () => void (await client.destroy()),
    };
  };

  if (target.kind === 'cluster') {
    const rootNodes = hosts.map((host) => ({ ...options, socket: { ...host, ...place } }));
    const { client, connect, close } = opened(createCluster({ rootNodes, defaults: { ...options, socket: place } }));
    await connect();
    return commandsOfCluster(client as unknown as ClusterClient, close);
  }
  if (target.kind === 'sentinel') {
    const nodeClientOptions = { ...options, database: db, socket: place };
    const { client, connect, close } = opened(
      createSentinel({
        name: target.service!,
        sentinelRootNodes: [...hosts],
        nodeClientOptions,
        sentinelClientOptions: { ...(target.sentinelPassword !== undefined && { password: target.sentinelPassword }), socket: place },
        scanInterval: 1000,
      }),
    );
    await connect();
    const sentinel = client as unknown as SentinelClient;
    const own = () => {
      const primary = sentinel.getMasterNode();
      if (!primary) throw new Error('the sentinels name no primary');
      const made: RedisClientOptions = { ...nodeClientOptions, socket: { ...place, ...primary, reconnectStrategy: false } as RedisClientOptions['socket'] };
      return createClient(made) as unknown as NodeClient;
    };
    const send: Send = (args) => sentinel.sendCommand(false, [...args], TYPES) as Promise<Reply>;
    return { isCluster: false, send, everyServer: async () => [send], listen: (...heard) => listen(own(), ...heard), close };
  }
  const at = socket === undefined ? hosts[0]! : { path: socket };
  const made: RedisClientOptions = { ...options, database: db, socket: { ...place, ...at } as RedisClientOptions['socket'] };
  const { client, connect, close } = opened(createClient(made));
  await connect();
  return commandsOfServer(client as unknown as NodeClient, close);
}

/** The commands of a client of node-redis: `createClient` or `createCluster`. */
export function commandsOfNodeRedis(client: object): RedisCommands {
  if ('nodeClient' in client) return commandsOfCluster(client as unknown as ClusterClient);
  if ('getMasterNode' in client) throw new OptionError('client', 'one of createClient or createCluster (for sentinels give a URL)', client);
  return commandsOfServer(client as unknown as NodeClient);
}

const sendBy =
  (client: NodeClient): Send =>
  (args) =>
    client.sendCommand([...args], TYPES) as Promise<Reply>;

const noClose = async (): Promise<void> => {};

function commandsOfServer(client: NodeClient, close = noClose): RedisCommands {
  const send = sendBy(client);
  return { isCluster: false, send, everyServer: async () => [send], listen: (...heard) => listen(copyOf(client), ...heard), close };
}

function commandsOfCluster(cluster: ClusterClient, close = noClose): RedisCommands {
  const servers = () => Promise.all(cluster.masters.map((node) => cluster.nodeClient(node)));
  return {
    isCluster: true,
    send: (args, key) => cluster.sendCommand(key, false, [...args], TYPES) as Promise<Reply>,
    everyServer: async () => (await servers()).map(sendBy),
    async listen(...heard) {
      const all = await servers();
      const one = all[Math.floor(Math.random() * all.length)];
      if (!one) throw new Error('no server of the cluster is known');
      return listen(copyOf(one), ...heard);
    },
    close,
  };
}

/** Another connection to the same server, which does not connect again by itself. */
const copyOf = (client: NodeClient): NodeClient => client.duplicate({ socket: { ...client.options?.socket, reconnectStrategy: false } });

async function listen(own: NodeClient, onMessage: (channel: string, message: Buffer) => void, onEnd: () => void): Promise<Listening> {
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
  };
  const close = () => {
    try {
      own.destroy();
    } catch {
      // It is closed already.
    }
  };
  own.on('error', end);
  own.on('end', end);
  try {
    await own.connect();
  } catch (error) {
    close();
    throw error;
  }
  return {
    subscribe: (channel) => own.subscribe(channel, (message, from) => onMessage(from.toString(), message), true),
    unsubscribe: (channel) => own.unsubscribe(channel),
    ping: () => own.ping(),
    close: () => {
      close();
      end();
    },
  };
}
