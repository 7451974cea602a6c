import type { Command } from 'commander';
import { OptionError } from '../base/errors.ts';
import { nearestEnv } from './nearest-env.ts';

/** One setting: how it is called on the command line and in the environment. */
export interface Setting {
  readonly flag: string;
  readonly env: string;
  /** What holds where nobody says anything, in words. */
  readonly default: string;
  readonly description: string;
}

/**
 * Every setting. Flags, environment, `--help` and the table of `docs/cli.md` come from here. Values are texts until somebody uses them;
 * what they may be is checked where the options of cache and server are checked.
 */
export const SETTINGS = {
  port: { flag: '--port <number>', env: 'REPRISE_PORT', default: '4141', description: 'Port to listen on; 0 takes any free one.' },
  host: { flag: '--host <name>', env: 'REPRISE_HOST', default: '127.0.0.1', description: 'Address to listen on.' },
  store: {
    flag: '--store <url>',
    env: 'REPRISE_STORE',
    default: 'sqlite:.reprise/cache.db',
    description: 'Where entries are kept: sqlite:PATH, file:DIR, json:PATH, memory:, none:, redis://HOST, postgres://HOST/DATABASE, qdrant://HOST.',
  },
  openaiUrl: { flag: '--openai-url <url>', env: 'REPRISE_OPENAI_URL', default: 'https://api.openai.com', description: 'Where OpenAI calls go.' },
  anthropicUrl: {
    flag: '--anthropic-url <url>',
    env: 'REPRISE_ANTHROPIC_URL',
    default: 'https://api.anthropic.com',
    description: 'Where Anthropic calls go.',
  },
  ttl: { flag: '--ttl <duration>', env: 'REPRISE_TTL', default: '7d', description: 'How long an answer stays fresh: 15m, 7d, or forever.' },
  maxTtl: { flag: '--max-ttl <duration>', env: 'REPRISE_MAX_TTL', default: 'forever', description: 'The longest that a request may ask for.' },
  timeBoundTtl: {
    flag: '--time-bound-ttl <duration>',
    env: 'REPRISE_TIME_BOUND_TTL',
    default: '5m',
    description: 'How long answers to questions about now stay fresh.',
  },
  staleWhileRevalidate: {
    flag: '--stale-while-revalidate <duration>',
    env: 'REPRISE_STALE_WHILE_REVALIDATE',
    default: '0',
    description: 'For how long an expired answer is served while a new one is fetched.',
  },
  staleIfError: {
    flag: '--stale-if-error <duration>',
    env: 'REPRISE_STALE_IF_ERROR',
    default: '0',
    description: 'For how long an expired answer is served when the provider fails.',
  },
  tenant: {
    flag: '--tenant <name>',
    env: 'REPRISE_TENANT',
    default: 'one for each set of credentials',
    description: 'One tenant for all callers, such as shared.',
  },
  namespace: { flag: '--namespace <name>', env: 'REPRISE_NAMESPACE', default: 'default', description: 'A part of the store with a name of its own.' },
  storeTimeout: {
    flag: '--store-timeout <duration>',
    env: 'REPRISE_STORE_TIMEOUT',
    default: '250ms',
    description: 'How long the store may take for a read before the request goes on without it.',
  },
  acrossProcesses: {
    flag: '--across-processes <mode>',
    env: 'REPRISE_ACROSS_PROCESSES',
    default: 'on',
    description: 'Whether equal questions of all processes that share the store are asked once: on or off.',
  },
  leaseTime: {
    flag: '--lease-time <duration>',
    env: 'REPRISE_LEASE_TIME',
    default: '10s',
    description: 'How long a process that makes a call for others is believed to be alive: 100ms to 1h.',
  },
  semantic: {
    flag: '--semantic <mode>',
    env: 'REPRISE_SEMANTIC',
    default: 'off',
    description: 'Whether questions are matched by meaning: off, shadow or on.',
  },
  semanticFixed: {
    flag: '--semantic-fixed <choice>',
    env: 'REPRISE_SEMANTIC_FIXED',
    default: 'no',
    description: 'Whether a caller may ask for less matching by meaning only: yes or no.',
  },
  maxFalseHits: {
    flag: '--max-false-hits <share>',
    env: 'REPRISE_MAX_FALSE_HITS',
    default: '0.01',
    description: 'Of the questions without a right answer stored, the share that may be served one by meaning.',
  },
  turns: {
    flag: '--turns <rule>',
    env: 'REPRISE_TURNS',
    default: 'equal',
    description: 'Earlier turns of a conversation: equal, or judged like the last (experimental).',
  },
  embedder: {
    flag: '--embedder <name>',
    env: 'REPRISE_EMBEDDER',
    default: 'bundled',
    description: 'What finds candidates: bundled, openai:MODEL, ollama:MODEL, transformers:MODEL.',
  },
  calibration: {
    flag: '--calibration <file>',
    env: 'REPRISE_CALIBRATION',
    default: 'that of the bundled model',
    description: 'The table that reprise calibrate wrote.',
  },
  langcacheRate: {
    flag: '--langcache-rate <number>',
    env: 'REPRISE_LANGCACHE_RATE',
    default: 'any',
    description: 'Calls of the LangCache routes per second and key; more are refused with 429.',
  },
  rewriter: {
    flag: '--rewriter <model>',
    env: 'REPRISE_REWRITER',
    default: 'none',
    description: 'A chat model that makes the last question of a LangCache conversation one that stands alone.',
  },
  rewriterUrl: {
    flag: '--rewriter-url <url>',
    env: 'REPRISE_REWRITER_URL',
    default: 'https://api.openai.com/v1',
    description: 'Where that model is, in the format of OpenAI.',
  },
  maxBody: { flag: '--max-body <size>', env: 'REPRISE_MAX_BODY', default: '32MiB', description: 'The largest body of a request that may be cached.' },
  requestTimeout: {
    flag: '--request-timeout <duration>',
    env: 'REPRISE_REQUEST_TIMEOUT',
    default: '10m',
    description: 'How long a provider may take until its answer begins, and be silent within it.',
  },
  connectTimeout: {
    flag: '--connect-timeout <duration>',
    env: 'REPRISE_CONNECT_TIMEOUT',
    default: '10s',
    description: 'How long a connection to a provider may take to be made.',
  },
  drain: { flag: '--drain <duration>', env: 'REPRISE_DRAIN', default: '10s', description: 'How long running answers may take to finish after SIGTERM or SIGINT.' },
  allowedHosts: {
    flag: '--allowed-hosts <names>',
    env: 'REPRISE_ALLOWED_HOSTS',
    default: 'this machine',
    description: 'Further names under which the proxy may be reached, by commas, such as host.docker.internal.',
  },
  allowedOrigins: {
    flag: '--allowed-origins <origins>',
    env: 'REPRISE_ALLOWED_ORIGINS',
    default: 'none',
    description: 'Origins whose web pages may use the proxy, by commas; * for all.',
  },
  log: { flag: '--log <form>', env: 'REPRISE_LOG', default: 'off', description: 'One line a request on standard error: off, line or json.' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** What was set, as text. */
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** Another name of the store in the environment. Counts less than `REPRISE_STORE`. */
export const REDIS_ENV = 'LLM_CACHE_REDIS_URL';

/** Puts the flags of some settings on a command. */
export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { flag, env, default: otherwise, description } = SETTINGS[name];
    command.option(flag, `${description} Or ${env}. Default: ${otherwise}.`);
  }
  return command;
}

/** Where settings are looked for besides the flags. */
export interface SettingSources {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** The settings: flags first, then the environment, then the nearest `.env`. Empty texts count as not given. */
export function readSettings(flags: Readonly<Record<string, unknown>>, { env = process.env, cwd = process.cwd() }: SettingSources = {}): Settings {
  const file = nearestEnv(cwd)?.values ?? {};
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const variable = SETTINGS[name].env;
    const value = [flags[name], env[variable], file[variable]].find((text) => typeof text === 'string' && text !== '');
    if (value !== undefined) settings[name] = value as string;
  }
  const redis: string | undefined = env[REDIS_ENV] || file[REDIS_ENV];
  if (settings.store === undefined && redis) settings.store = redis;
  return settings;
}

/** A duration as the options of the cache take it. */
export const durationIn = (text: string | undefined): string | number | undefined => (text === 'forever' ? Infinity : text);

/** A whole number. */
export function numberIn(text: string, option: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw new OptionError(option, `a whole number from ${least} to ${most}`, text);
  return value;
}
