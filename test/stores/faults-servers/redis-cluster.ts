import type { Redis } from 'ioredis';
import { freePort } from './programs.ts';
import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const STARTING = 15_000;
const MOVING = '5000';
/** Keys that move in one step. */
const STEP = '100';

/** Two servers that share the slots. */
export class RedisCluster {
  readonly #from: RedisServer;
  readonly #to: RedisServer;
  /** Slots that are on their way from the first one to the other. */
  #moving: string[] = [];

  private constructor(from: RedisServer, to: RedisServer) {
    this.#from = from;
    this.#to = to;
  }

  static async start(): Promise<RedisCluster> {
    const node = async () => {
      const bus = String(await freePort());
      const args = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-node-timeout', '5000', '--cluster-port', bus];
      return { bus, server: await RedisServer.start({ args }) };
    };
    const [first, second] = [await node(), await node()];
    await first.server.do('cluster', 'addslotsrange', '0', '8191');
    await second.server.do('cluster', 'addslotsrange', '8192', '16383');
    await first.server.do('cluster', 'meet', '127.0.0.1', String(second.server.port), second.bus);
    for (const { server } of [first, second]) {
      await until('the cluster is whole', STARTING, async () => {
        const info = await server.say('cluster', 'info');
        return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:2');
      });
    }
    return new RedisCluster(first.server, second.server);
  }

  get url(): string {
    return `redis+cluster://127.0.0.1:${this.#from.port}`;
  }

  /** Begins to move all slots that have keys from the first server to the other, and moves every other key. */
  beginToMove(): Promise<void> {
    return this.#withBoth(async (from, to) => {
      const [owner, taker] = await Promise.all([from.cluster('MYID'), to.cluster('MYID')]);
      const keys = await from.keys('*');
      this.#moving = [...new Set((await Promise.all(keys.map((key) => from.cluster('KEYSLOT', key)))).map(String))];
      await Promise.all(this.#moving.map((slot) => to.call('cluster', 'setslot', slot, 'importing', owner)));
      await Promise.all(this.#moving.map((slot) => from.call('cluster', 'setslot', slot, 'migrating', taker)));
      await Promise.all(this.#moving.map(async (slot) => this.#migrate(from, (await keysIn(from, slot)).filter((_, at) => at % 2 === 0))));
    });
  }

  /** Moves what is left, and has the other server own those slots. */
  endMove(): Promise<void> {
    return this.#withBoth(async (from, to) => {
      const taker = await to.cluster('MYID');
      await Promise.all(
        this.#moving.map(async (slot) => {
          for (let keys = await keysIn(from, slot); keys.length > 0; keys = await keysIn(from, slot)) await this.#migrate(from, keys);
          await to.call('cluster', 'setslot', slot, 'node', taker);
          await from.call('cluster', 'setslot', slot, 'node', taker);
        }),
      );
    });
  }

  #withBoth(work: (from: Redis, to: Redis) => Promise<void>): Promise<void> {
    return this.#from.ask((from) => this.#to.ask((to) => work(from, to)));
  }

  async #migrate(from: Redis, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await from.call('migrate', '127.0.0.1', String(this.#to.port), '', '0', MOVING, 'replace', 'keys', ...keys);
  }

  async close(): Promise<void> {
    await this.#from.close();
    await this.#to.close();
  }
}

const keysIn = (server: Redis, slot: string) => server.call('cluster', 'getkeysinslot', slot, STEP) as Promise<string[]>;
