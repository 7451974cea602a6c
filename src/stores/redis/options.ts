import { OptionError, PeerMissingError } from '../../base/errors.ts';
import { type Duration, type Milliseconds, toMilliseconds } from '../../base/units.ts';
import type { StoreContext } from '../store.ts';
import { type RedisCommands, withLimit } from './commands.ts';
import { type Target, readUrl } from './target.ts';

/** A client of `ioredis` (`new Redis`, `new Cluster`) or of `redis` (`createClient`, `createCluster`), told by what it can do. */
export type RedisClient = IoredisClient | NodeRedisClient;
export interface IoredisClient {
  callBuffer(...args: never[]): unknown;
  duplicate(...args: never[]): unknown;
}
export interface NodeRedisClient {
  sendCommand(...args: never[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
  readonly isOpen: boolean;
}

export interface RedisStoreOptions extends Partial<StoreContext> {
  /**
   * Where to connect: `redis://[[user]:[password]@]host[:port][/db]`, `rediss://` (TLS; own authority by `?ca=PATH`),
   * `redis+sentinel://host[:port][,host...]/service[/db]`, `redis+cluster://host[:port][,host...]`, `unix:/run/redis.sock?db=0`.
   * Not looked at when `client` is given. @default LLM_CACHE_REDIS_URL, else REDIS_URL, else 'redis://localhost:6379'
   */
  readonly url?: string;
  /** A connected client of yours to use in place of `url`. It is never closed; beside it one connection is opened to hear changes. */
  readonly client?: RedisClient;
  /** The package to connect with. @default 'ioredis' where that is installed, else 'redis' */
  readonly driver?: 'ioredis' | 'redis';
  /** Put before every key; without braces. Stores of different prefixes know nothing of each other. @default 'reprise:' */
  readonly prefix?: string;
  /** How long a command and connecting may take, from 1 ms. Reads of a cache have a shorter limit of their own. @default '2s' */
  readonly timeout?: Duration;
  /**
   * Kind of the index of vectors, where the server has the query engine: `hnsw` finds nearly all in little time, `flat` looks at each.
   * It holds for indexes that are not there yet. @default 'hnsw'
   */
  readonly index?: 'hnsw' | 'flat';
}

export interface ResolvedRedis {
  readonly prefix: string;
  readonly index: 'HNSW' | 'FLAT';
  readonly connect: () => Promise<RedisCommands>;
}

/** Every default and check. Nothing is loaded or connected by it. */
export function resolveRedis(options: RedisStoreOptions): ResolvedRedis {
  const { client, driver } = options;
  const read = client ? undefined : readUrl(options.url ?? urlInEnv());
  const inUrl: Readonly<Record<string, string>> = read?.options ?? {};
  const unknown = Object.keys(inUrl).find((name) => !['prefix', 'timeout', 'driver', 'index'].includes(name));
  if (unknown !== undefined) throw new OptionError(`redis:?${unknown}`, 'one of ca, db, driver, index, password, prefix, sentinelPassword, timeout, user', inUrl[unknown]);

  const prefix = options.prefix ?? inUrl.prefix ?? 'reprise:';
  if (prefix === '' || /[{}]/.test(prefix)) throw new OptionError('prefix', 'a text without braces, and not empty', prefix);
  const timeout = toMilliseconds(options.timeout ?? durationIn(inUrl.timeout) ?? 2000, 'timeout');
  if (!(timeout >= 1 && timeout < 2 ** 31)) throw new OptionError('timeout', 'from 1 ms to 24 days', timeout);
  const index = oneOf('index', options.index ?? inUrl.index ?? 'hnsw', ['hnsw', 'flat']);
  const by = driver ?? inUrl.driver;
  if (by !== undefined) oneOf('driver', by, ['ioredis', 'redis']);
  if (client !== undefined) checkClient(client);

  return {
    prefix,
    index: index === 'flat' ? 'FLAT' : 'HNSW',
    connect: async () => withLimit(client ? await commandsOf(client) : await connectBy(by, read!.target, timeout), timeout),
  };
}

const urlInEnv = (): string => process.env.LLM_CACHE_REDIS_URL || process.env.REDIS_URL || 'redis://localhost:6379';

/** A number in a URL is milliseconds, as it is elsewhere. */
const durationIn = (text: string | undefined): Duration | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : text);

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  if (!known.includes(value as T)) throw new OptionError(option, known.map((one) => `'${one}'`).join(' or '), value);
  return value as T;
}

function checkClient(client: RedisClient): void {
  if (!('callBuffer' in client) && !('sendCommand' in client)) throw new OptionError('client', 'a client of ioredis or redis', client);
  const { keyPrefix } = ((client as { options?: { keyPrefix?: unknown } }).options ?? {}) as { keyPrefix?: unknown };
  if (keyPrefix) throw new OptionError('client', 'without a keyPrefix of its own (give `prefix` to the store)', keyPrefix);
}

async function commandsOf(client: RedisClient): Promise<RedisCommands> {
  if ('callBuffer' in client) return (await import('./ioredis.ts')).commandsOfIoredis(client as unknown as Parameters<typeof import('./ioredis.ts').commandsOfIoredis>[0]);
  return (await import('./node-redis.ts')).commandsOfNodeRedis(client);
}

async function connectBy(driver: string | undefined, target: Target, limit: Milliseconds): Promise<RedisCommands> {
  if (driver === 'redis') return (await import('./node-redis.ts')).connectNodeRedis(target, limit);
  const { connectIoredis } = await import('./ioredis.ts');
  if (driver === 'ioredis') return connectIoredis(target, limit);
  try {
    return await connectIoredis(target, limit);
  } catch (error) {
    if (!(error instanceof PeerMissingError)) throw error;
    // Where neither is there, the error names the one that is taken first.
    return (await import('./node-redis.ts')).connectNodeRedis(target, limit).catch((other: unknown) => {
      throw other instanceof PeerMissingError ? error : other;
    });
  }
}
