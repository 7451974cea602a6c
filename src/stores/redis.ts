import { ClosedError, NotACacheError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import type { Entry } from '../model/entry.ts';
import type { Address } from './address.ts';
import { decodeEntry, encodeEntry } from './codec.ts';
import { createBus } from './redis/bus.ts';
import { changeChannel } from './redis/changes.ts';
import { clearAll } from './redis/clear.ts';
import { type Arg, bytesOf, isWrongType, listOf, type RedisCommands, textOf } from './redis/commands.ts';
import { entryKey, INDEX, indexKey, type Keys, makeKeys, namesKey, numberArg } from './redis/keys.ts';
import { redisLeases, redisLogs } from './redis/leases.ts';
import { type RedisStoreOptions, resolveRedis } from './redis/options.ts';
import { redisRecords } from './redis/records.ts';
import { runScript, SCRIPTS } from './redis/scripts.ts';
import { hasSearch, type RedisSearch, redisSearch } from './redis/search.ts';
import { type Found, found, movedIn } from './redis/walk.ts';
import type { Abilities, Query, Store, StoreContext } from './store.ts';

export type { RedisClient, RedisStoreOptions } from './redis/options.ts';

/** Version of the layout of keys. */
const LAYOUT = 1;
/** Parts of a store on a cluster: enough for its servers to share the work, few enough to ask all of them. */
const CLUSTER_PARTS = 32;
/** Entries deleted by one script, so that others get their turn. */
const BATCH = 100;

/** What there is once the store is open. */
interface Opened {
  readonly commands: RedisCommands;
  readonly keys: Keys;
  readonly search: RedisSearch | undefined;
  readonly abilities: Abilities;
}

/** The store as `redis-later.ts` describes it, at once. */
export function redisStore(options: RedisStoreOptions = {}): Store {
  const { prefix, index, connect } = resolveRedis(options);
  const { now = Date.now, onDamage = () => {} } = options;
  let closed = false;

  const bus = createBus(async (...heard) => (await opening()).commands.listen(...heard));
  const changes = changeChannel(prefix, bus);
  const opening = lazy(async (): Promise<Opened> => {
    if (closed) throw new ClosedError();
    const commands = await connect();
    try {
      const keys = makeKeys(prefix, await partsOf(commands, prefix));
      const search = (await hasSearch(commands)) ? redisSearch(commands, keys, index) : undefined;
      const abilities: Abilities = {
        remote: true,
        changes,
        leases: redisLeases({ commands, keys, bus }),
        logs: redisLogs({ commands, keys, bus }),
        ...(search && { search }),
      };
      return (opened = { commands, keys, search, abilities });
    } catch (error) {
      await commands.close();
      throw error;
    }
  });
  let opened: Opened | undefined;
  const open = (): Promise<Opened> => {
    if (closed) return Promise.reject(new ClosedError());
    return opened ? Promise.resolve(opened) : opening();
  };

  return {
    name: 'redis',
    open: async () => (await open()).abilities,

    async get(id) {
      const { commands, keys } = opened ?? (await open());
      const key = entryKey(keys.placeOf(id));
      try {
        const [head, body, expires, drop] = listOf(await commands.send(['hmget', key, 'h', 'b', 'e', 'd'], key));
        if (head === null && body === null) return undefined;
        return decodeEntry(id, bytesOf(head) ?? EMPTY, bytesOf(body) ?? EMPTY, onDamage, movedIn(expires, drop));
      } catch (error) {
        if (!isWrongType(error)) throw error;
        onDamage(id, 'its key holds something else');
        return undefined;
      }
    },

    async set(entry) {
      const { commands, keys, search } = await open();
      const place = keys.placeOf(entry.id);
      const { head, body } = encodeEntry(entry);
      const moment = now();
      const drops = entry.dropAt !== undefined && Number.isFinite(entry.dropAt) ? entry.dropAt : undefined;
      const indexes = indexesOf(entry).join(' ');
      const args: Arg[] = [
        place.base, place.member, String(entry.createdAt), numberArg(drops),
        // By our own clock, by which `dropAt` was made; the server's may be another.
        drops === undefined ? '' : String(Math.ceil(drops - moment)), String(moment),
        String(head.byteLength + body.byteLength), indexes, changes.channel, changes.message('set', [entry.id]),
        'h', head, 'b', body, 'e', numberArg(entry.expiresAt), 'd', numberArg(entry.dropAt),
        ...((await search?.fieldsFor(entry)) ?? []),
      ];
      const write = () => runScript(commands.send, SCRIPTS.set, [entryKey(place), namesKey(place.base)], args);
      try {
        await write();
      } catch (error) {
        if (!isWrongType(error)) throw error;
        await runScript(commands.send, SCRIPTS.mend, [namesKey(place.base)], [place.base, indexes]);
        await write();
      }
    },

    async touch(id, expiresAt) {
      const { commands, keys } = await open();
      const place = keys.placeOf(id);
      const args = [place.base, place.member, String(expiresAt), String(now()), changes.channel, changes.message('set', [id])];
      await runScript(commands.send, SCRIPTS.touch, [entryKey(place)], args);
    },

    async *find(query) {
      const { commands, keys } = await open();
      for await (const { head } of found({ commands, keys, onDamage }, query)) yield head;
    },

    async delete(query) {
      const { commands, keys } = await open();
      if (Object.values(query).every((member) => member === undefined)) {
        const tell = () => commands.send(['publish', changes.channel, changes.message('clear')], keys.bases[0]!);
        await tell();
        const count = await clearAll(commands, keys);
        await tell();
        return count;
      }
      let count = 0;
      let batch: Found[] = [];
      const remove = async () => {
        const all = batch;
        batch = [];
        for (const [base, some] of Map.groupBy(all, ({ place }) => place.base)) {
          const args = some.flatMap(({ place, stamp }): Arg[] => [place.member, ...stamp]);
          const message = changes.message('delete', some.map(({ head }) => head.id));
          count += Number(await runScript(commands.send, SCRIPTS.remove, [namesKey(base)], [base, changes.channel, message, ...args]));
        }
      };
      const { ids, limit: _, newestFirst: __, ...named } = query;
      const unseen = new Set(ids);
      for await (const one of found({ commands, keys, onDamage }, query)) {
        unseen.delete(one.head.id);
        if (batch.push(one) >= BATCH) await remove();
      }
      if (batch.length > 0) await remove();
      // What the server let go of by itself, as it was full, others may remember still.
      const tell = (some: readonly string[], by?: Query) => commands.send(['publish', changes.channel, changes.message('delete', some, by)], keys.bases[0]!);
      if (!ids) await tell([], named);
      for (let left = [...unseen]; left.length > 0; left = left.slice(BATCH)) await tell(left.slice(0, BATCH));
      return count;
    },

    async size() {
      const { commands: { send }, keys } = await open();
      const parts = await Promise.all(
        keys.bases.map(async (base) => {
          // What the server let go of is taken out of the indexes first, as far as that is quickly done.
          await runScript(send, SCRIPTS.sweep, [namesKey(base)], [base, String(now()), '1000']).catch(() => {});
          const all = indexKey(base, INDEX.all);
          return Promise.all([send(['zcard', all], all), send(['hget', namesKey(base), 'bytes'], namesKey(base))]);
        }),
      );
      let entries = 0;
      let bytes = 0;
      for (const [count, sum] of parts) {
        entries += Number(count);
        bytes += Number(textOf(sum) ?? 0);
      }
      return { entries, bytes };
    },

    records: redisRecords(prefix, async () => (await open()).commands),

    async close() {
      closed = true;
      bus.close();
      const last = opening.started ? await opening().catch(() => undefined) : undefined;
      await last?.commands.close();
    },
  };
}

const EMPTY = Buffer.alloc(0);

/** Names of the indexes that hold an entry. */
function indexesOf({ tenant, namespace, scope, lookups, tags, attributes, model }: Entry): readonly string[] {
  const names = [INDEX.all, INDEX.tenant(tenant), INDEX.namespace(namespace), INDEX.scope(scope)];
  if (model !== undefined) names.push(INDEX.model(model));
  names.push(...lookups.map(INDEX.lookup), ...tags.map(INDEX.tag));
  for (const [name, value] of Object.entries(attributes)) names.push(INDEX.attribute(name, value));
  return names;
}

/** How many parts the store has; whoever came first said it. */
async function partsOf({ send, isCluster }: RedisCommands, prefix: string): Promise<number> {
  const written = textOf(await runScript(send, SCRIPTS.layout, [`${prefix}{layout}`], [`${LAYOUT} ${isCluster ? CLUSTER_PARTS : 1}`]));
  const [version, parts] = (written ?? '').split(' ').map(Number);
  if (version !== LAYOUT || !(parts! >= 1 && parts! <= 1024)) {
    throw new NotACacheError(`${prefix}*`, `holds the layout ${JSON.stringify(written)}, and this version reads ${LAYOUT}`);
  }
  return parts!;
}

/** The Redis store that a URL names. */
export function redisStoreAt(address: Address, context: StoreContext): Store {
  const { scheme, path, options } = address;
  const query = new URLSearchParams(options).toString();
  return redisStore({ url: `${scheme}:${scheme === 'unix' ? '' : '//'}${path}${query && `?${query}`}`, ...context });
}
