import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const SERVICE = 'faults';
const STARTING = 15_000;
/** A primary that says nothing for a second is down; choosing another takes a moment. */
const LONGEST_FAILOVER = 15_000;

/** A primary, its replica, and a sentinel that watches them. */
export class RedisUnderSentinel {
  readonly primary: RedisServer;
  readonly #replica: RedisServer;
  readonly #sentinel: RedisServer;

  private constructor(primary: RedisServer, replica: RedisServer, sentinel: RedisServer) {
    this.primary = primary;
    this.#replica = replica;
    this.#sentinel = sentinel;
  }

  static async start(): Promise<RedisUnderSentinel> {
    const primary = await RedisServer.start({ args: ['--repl-diskless-sync-delay', '0'] });
    const replica = await RedisServer.start({ args: ['--replicaof', '127.0.0.1', String(primary.port)] });
    await until('the replica has what the primary has', STARTING, async () => (await replica.say('info', 'replication')).includes('master_link_status:up'));
    const settings = [
      `sentinel monitor ${SERVICE} 127.0.0.1 ${primary.port} 1`,
      `sentinel down-after-milliseconds ${SERVICE} 1000`,
      `sentinel failover-timeout ${SERVICE} 3000`,
    ];
    const sentinel = await RedisServer.start({ settings: `${settings.join('\n')}\n`, args: ['--sentinel'] });
    await until('the sentinel knows the replica', STARTING, async () => (await sentinel.say('sentinel', 'master', SERVICE)).includes('num-slaves,1'));
    return new RedisUnderSentinel(primary, replica, sentinel);
  }

  get url(): string {
    return `redis+sentinel://127.0.0.1:${this.#sentinel.port}/${SERVICE}`;
  }

  /** Has the sentinel make the replica the primary, while both are there. */
  async changePlaces(): Promise<void> {
    await this.#sentinel.do('sentinel', 'failover', SERVICE);
  }

  /** Waits until the replica is the primary. */
  async whenReplaced(): Promise<void> {
    await until('the sentinel names the other one', LONGEST_FAILOVER, async () => {
      const named = await this.#sentinel.say('sentinel', 'get-master-addr-by-name', SERVICE);
      return named.endsWith(`,${this.#replica.port}`) && (await this.#replica.say('info', 'replication')).includes('role:master');
    });
  }

  async close(): Promise<void> {
    for (const server of [this.#sentinel, this.primary, this.#replica]) await server.close();
  }
}
