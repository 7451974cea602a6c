import * as v from 'valibot';
import { type Clock, systemClock } from './base/clock.ts';
import { OptionError } from './base/errors.ts';
import { type Bytes, type Duration, type Milliseconds, toByteCount, toMilliseconds } from './base/units.ts';
import type { AdmitOptions } from './flow/admit.ts';
import type { Pacing } from './flow/answer.ts';
import type { FlowOptions } from './flow/parts.ts';
import type { TimeBoundRules } from './flow/time-bound/time-bound.ts';
import type { PriceOverrides } from './pricing/price-of.ts';
import type { SemanticMode } from './semantic/rates.ts';
import { type ResolvedSemantic, resolveSemantic, type SemanticOptions, semanticSchema } from './semantic/semantic-options.ts';
import type { Store } from './stores/store.ts';

/** How a cache behaves. Everything may be left out. The object is never written to. */
export interface CacheOptions {
  /**
   * Where entries are kept: a URL such as `sqlite:PATH`, `memory:`, `file:DIR`, `json:PATH`, `none:`, or a store of your own.
   * @default 'sqlite:.reprise/cache.db'
   */
  store?: string | Store;
  /** Memory before a slower store. `false` for none. Sizes in bytes or as text (`'64MiB'`). @default { maxBytes: '64MiB', maxEntries: 100_000 } */
  memory?: false | { maxBytes?: Bytes | string; maxEntries?: number };
  /**
   * Who may see the entries. Without it, HTTP calls are kept apart by the credentials they carry, and functions belong to `default`.
   */
  tenant?: string;
  /** A part of the store with a name of its own. @default 'default' */
  namespace?: string;

  /** How long an answer stays fresh: milliseconds or text (`'15m'`, `'7d'`); `Infinity` for ever, 0 to store none. @default '7d' */
  ttl?: Duration;
  /** The longest that anybody may ask for; a longer TTL is cut. @default Infinity */
  maxTtl?: Duration;
  /** The TTL of questions about now ("today", "latest", ...), where nobody said otherwise. @default '5m' */
  timeBoundTtl?: Duration;
  /** More words and patterns that make a question one about now, or `off`. */
  timeBound?: TimeBoundRules;
  /** Whether a hit lets an entry live on for its TTL. Answers about now, and what a provider keeps for a time only, end all the same. @default false */
  sliding?: boolean;
  /** For how long after its end an entry is still served while a new answer is fetched in the background. @default 0 */
  staleWhileRevalidate?: Duration;
  /** For how long after its end an entry is served in place of a provider's failure (5xx, 429, unreachable). @default 0 */
  staleIfError?: Duration;

  /** What changes in the key: names of top-level members of a request body to leave out, or to count although they are on the list of those that do not. */
  key?: { ignore?: string[]; count?: string[] };
  /** Whether requests whose answers may vary (temperature above 0, or not given) are cached. @default 'cache' */
  nondeterministic?: 'cache' | 'bypass';
  /** How many answers are kept per key and handed out in turn, 1 to 100. Where answers do not vary (temperature 0, embeddings) one is. @default 1 */
  samples?: number;
  /** Answers that would not be stored but shall be, or a function that decides last. */
  admit?: AdmitOptions;
  /** Largest answer that is recorded, in bytes or as text. Larger ones are passed on and not stored. @default '8MiB' */
  maxRecordBytes?: Bytes | string;
  /** How fast stored answers are streamed. @default 'instant' */
  pacing?: Pacing;
  /** Put on every entry. */
  tags?: string[];

  /**
   * Whether questions are matched by meaning, and how: `'on'`, `'shadow'` or an object. Needs no network: a small English model is part of the
   * package and is loaded with the first question. See docs/semantic.md.
   * @default 'off'
   */
  semantic?: SemanticMode | SemanticOptions;

  /** Prices of models, in US dollars per million tokens, before those of the table. */
  prices?: PriceOverrides;
  /** How long a store may take for a read before the request goes on without it. @default 250 */
  storeTimeout?: Duration;
  /**
   * Whether equal questions that several processes ask at once are asked once among all of them, where the store lets them meet (SQLite files and
   * the stores on servers). @default true
   */
  acrossProcesses?: boolean;
  /** For how long a process that makes such a call is believed to be alive after it was heard of last: 100 ms to an hour. @default '10s' */
  leaseTime?: Duration;
  /** How calls are made where the cache makes them itself. @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Time, for tests. */
  clock?: Clock;
}

/** Options with every default in place. */
export interface ResolvedOptions {
  readonly store: string | Store;
  readonly memory: false | { readonly maxBytes: Bytes; readonly maxEntries: number };
  readonly tenant: string | undefined;
  readonly namespace: string;
  readonly key: { readonly ignore: readonly string[]; readonly count: readonly string[] };
  readonly admit: AdmitOptions;
  readonly timeBound: TimeBoundRules;
  readonly semantic: ResolvedSemantic;
  readonly prices: PriceOverrides;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly clock: Clock;
  readonly flow: FlowOptions;
  readonly across: { readonly on: boolean; readonly leaseTime: Milliseconds };
}

/** Where the embedded default lives, for library and proxy alike. */
export const DEFAULT_STORE = 'sqlite:.reprise/cache.db';
/** The tenant of functions, where none was named. */
export const DEFAULT_TENANT = 'default';
export const DEFAULT_NAMESPACE = 'default';

const name = (what: string) => v.pipe(v.string(what), v.minLength(1, what), v.maxLength(200, what));
const names = v.array(v.string('an array of texts'), 'an array of texts');
const duration = v.union([v.number(), v.string()], "a number of milliseconds, or a text such as '15m'");
const size = v.union([v.number(), v.string()], "a number of bytes, or a text such as '64MiB'");
const whole = (least: number, most: number) => {
  const what = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what));
};
const flag = v.boolean('true or false');
const method = (methodName: string, what: string) =>
  v.custom((value) => typeof (value as Record<string, unknown> | null)?.[methodName] === 'function', what);

const schema = v.strictObject(
  {
    store: v.optional(v.union([v.string(), method('get', '')], "a store URL such as 'sqlite:cache.db', or a store")),
    memory: v.optional(
      v.union([v.literal(false), v.strictObject({ maxBytes: v.optional(size), maxEntries: v.optional(whole(1, 1e9)) })], 'false, or { maxBytes, maxEntries }'),
    ),
    tenant: v.optional(name('a text of 1 to 200 characters')),
    namespace: v.optional(name('a text of 1 to 200 characters')),
    ttl: v.optional(duration),
    maxTtl: v.optional(duration),
    timeBoundTtl: v.optional(duration),
    timeBound: v.optional(v.object({}, 'an object with words, patterns or off')),
    sliding: v.optional(flag),
    staleWhileRevalidate: v.optional(duration),
    staleIfError: v.optional(duration),
    key: v.optional(v.strictObject({ ignore: v.optional(names), count: v.optional(names) }, 'an object with ignore and count')),
    nondeterministic: v.optional(v.picklist(['cache', 'bypass'], "'cache' or 'bypass'")),
    samples: v.optional(whole(1, 100)),
    admit: v.optional(v.union([v.function(), v.object({})], 'an object of faults to admit, or a function')),
    maxRecordBytes: v.optional(size),
    pacing: v.optional(
      v.union(
        [v.picklist(['instant', 'recorded']), v.strictObject({ tokensPerSecond: v.pipe(v.number(), v.minValue(0.001)) })],
        "'instant', 'recorded' or { tokensPerSecond }",
      ),
    ),
    tags: v.optional(names),
    semantic: v.optional(semanticSchema),
    prices: v.optional(v.record(v.string(), v.object({}), 'an object of prices by model')),
    storeTimeout: v.optional(duration),
    acrossProcesses: v.optional(flag),
    leaseTime: v.optional(duration),
    fetch: v.optional(v.function('a function like fetch')),
    clock: v.optional(method('now', 'a clock')),
  },
  (issue) => (issue.expected === 'never' ? 'left out, as there is no such option' : 'an object'),
);

/** Checks options and fills in the defaults: every one of both stands here. Throws an `OptionError` that names the option. */
export function resolveOptions(options: CacheOptions = {}): ResolvedOptions {
  check(options);
  const ms = (option: keyof CacheOptions, otherwise: Duration) => toMilliseconds((options[option] as Duration | undefined) ?? otherwise, option);
  return {
    store: options.store ?? DEFAULT_STORE,
    memory:
      options.memory === false
        ? false
        : { maxBytes: toByteCount(options.memory?.maxBytes ?? '64MiB', 'memory.maxBytes'), maxEntries: options.memory?.maxEntries ?? 100_000 },
    tenant: options.tenant,
    namespace: options.namespace ?? DEFAULT_NAMESPACE,
    key: { ignore: options.key?.ignore ?? [], count: options.key?.count ?? [] },
    admit: options.admit ?? {},
    timeBound: options.timeBound ?? {},
    semantic: resolveSemantic(options.semantic),
    prices: options.prices ?? {},
    fetch: options.fetch,
    clock: options.clock ?? systemClock,
    flow: {
      ttl: ms('ttl', '7d'),
      maxTtl: ms('maxTtl', Infinity),
      timeBoundTtl: ms('timeBoundTtl', '5m'),
      sliding: options.sliding ?? false,
      staleWhileRevalidate: ms('staleWhileRevalidate', 0),
      staleIfError: ms('staleIfError', 0),
      storeTimeout: ms('storeTimeout', 250),
      maxRecordBytes: toByteCount(options.maxRecordBytes ?? '8MiB', 'maxRecordBytes'),
      maxLagBytes: 1024 ** 2,
      nondeterministic: options.nondeterministic ?? 'cache',
      samples: options.samples ?? 1,
      pacing: options.pacing ?? 'instant',
      tags: options.tags ?? [],
    },
    across: { on: options.acrossProcesses ?? true, leaseTime: leaseTimeOf(options) },
  };
}

function leaseTimeOf({ leaseTime = '10s' }: CacheOptions): Milliseconds {
  const time = toMilliseconds(leaseTime, 'leaseTime');
  if (!(time >= 100 && time <= 3_600_000)) throw new OptionError('leaseTime', 'a time from 100 ms to 1h', leaseTime);
  return time;
}

function check(options: unknown): void {
  const { success, issues } = v.safeParse(schema, options, { abortEarly: true });
  if (success) return;
  const [issue] = issues;
  throw new OptionError(v.getDotPath(issue) ?? 'options', issue.message, issue.path?.at(-1)?.value ?? issue.input);
}
