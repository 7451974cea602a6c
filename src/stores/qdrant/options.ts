import { OptionError } from '../../base/errors.ts';
import { loadPeer, type Peer } from '../../base/lazy.ts';
import { type Duration, type Milliseconds, toMilliseconds } from '../../base/units.ts';
import type { StoreContext } from '../store.ts';
import type { QdrantApi, QdrantClient } from './client.ts';

export type { QdrantClient } from './client.ts';

/** The client, which the user installs. */
export const qdrantPeer: Peer = { name: '@qdrant/js-client-rest', range: '^1.19.0' };

export interface QdrantStoreOptions extends Partial<StoreContext> {
  /**
   * Where the server is: `qdrant://host:6333`, `qdrant+https://host:6333/path`, or the same with `http:` and `https:`. Its key may stand in it as a password.
   * Not looked at when `client` is given. @default QDRANT_URL, else 'http://localhost:6333'
   */
  readonly url?: string;
  /** The key of the server's API. Give it over https alone. @default what the URL says, else QDRANT_API_KEY */
  readonly apiKey?: string;
  /** A client of yours in the place of `url`. Its own time limit holds. */
  readonly client?: QdrantClient;
  /** The collection, made when it is not there: 1 to 255 characters, without slashes. Stores of different collections know nothing of each other. @default 'reprise' */
  readonly collection?: string;
  /** How long a request may take, connecting included, from 1 ms. Reads of a cache have a shorter limit of their own. @default '2s' */
  readonly timeout?: Duration;
  /** How often entries past `dropAt` are deleted; 0 for never. @default '30s' */
  readonly reapEvery?: Duration;
  /** How often it is looked up what other processes changed; 0 for never, which wants `memory: false` of a cache. @default 100 */
  readonly pollEvery?: Duration;
}

/** The options with their defaults, checked. */
export interface QdrantSettings {
  readonly collection: string;
  readonly reapEvery: Milliseconds;
  readonly pollEvery: Milliseconds;
  /** Makes a client, or gives the user's. Requests of `setUp` may take longer. */
  readonly connect: () => Promise<{ readonly api: QdrantApi; readonly setUp: QdrantApi }>;
}

/** What a URL says. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly https: boolean;
  readonly prefix: string;
  readonly apiKey: string | undefined;
}

/** How long making the collection and its indexes may take, step by step. */
const SET_UP: Milliseconds = 10_000;
const PORT = 6333;
const OWN = ['collection', 'timeout', 'reapEvery', 'pollEvery'] as const;

/** Every default and check. Nothing is loaded or connected by it. */
export function resolveQdrant(options: QdrantStoreOptions): QdrantSettings {
  const { client } = options;
  const read = client ? undefined : readUrl(options.url ?? (process.env.QDRANT_URL || 'http://localhost:6333'));
  const inUrl = read?.options ?? {};
  const collection = options.collection ?? inUrl.collection ?? 'reprise';
  if (!/^[^/\\\0]{1,255}$/u.test(collection) || collection === '.' || collection === '..') throw new OptionError('collection', 'a name of 1 to 255 characters, without slashes', collection);
  const span = (option: (typeof OWN)[number], otherwise: Duration, least: Milliseconds): Milliseconds => {
    const given = (options as Readonly<Record<string, Duration | undefined>>)[option] ?? durationIn(inUrl[option]) ?? otherwise;
    const made = toMilliseconds(given, option);
    if (!(made >= least && made < 2 ** 31)) throw new OptionError(option, `from ${least} ms to 24 days`, given);
    return made;
  };
  const timeout = span('timeout', 2000, 1);
  if (client && typeof (client as { createVectorName?: unknown }).createVectorName !== 'function') {
    throw new OptionError('client', 'a client of @qdrant/js-client-rest, 1.18 or newer', client);
  }
  return {
    collection,
    reapEvery: span('reapEvery', 30_000, 0),
    pollEvery: span('pollEvery', 100, 0),
    async connect() {
      if (client) {
        const api = client as unknown as QdrantApi;
        return { api, setUp: api };
      }
      const apiKey = options.apiKey ?? read!.target.apiKey ?? (process.env.QDRANT_API_KEY || undefined);
      const make = await clientMaker({ ...read!.target, apiKey });
      return { api: make(timeout), setUp: make(Math.max(timeout, SET_UP)) };
    },
  };
}

async function clientMaker({ host, port, https, prefix, apiKey }: Target): Promise<(timeout: Milliseconds) => QdrantApi> {
  const { QdrantClient: Client } = await loadPeer(qdrantPeer, () => import('@qdrant/js-client-rest'));
  return (timeout) =>
    new Client({
      host, port, https, timeout,
      ...(prefix !== '' && { prefix }),
      // As a header and not as `apiKey`, of which the client warns on the console where the server is on this machine.
      ...(apiKey !== undefined && { headers: { 'api-key': apiKey } }),
      // The store looks at the version itself.
      checkCompatibility: false,
    }) as unknown as QdrantApi;
}

/** The parts of a URL. An error never shows its key. */
export function readUrl(url: string): { readonly target: Target; readonly options: Readonly<Record<string, string>> } {
  const refused = () => new OptionError('url', 'an address such as qdrant://localhost:6333 or https://host:6333', url.replace(/^([a-z+]*:)?[\s\S]*@/i, '$1//').replace(/\?[\s\S]*$/, ''));
  const match = /^(?:qdrant\+)?(qdrant|https?):(?:\/\/)?([\s\S]*)$/i.exec(url);
  if (!match) throw refused();
  let parts: URL;
  let apiKey: string;
  try {
    // A scheme that means nothing to the parser, as it would drop the ports 80 and 443 otherwise.
    parts = new URL(`qdrant://${match[2]!}`);
    apiKey = decodeURIComponent(parts.password || parts.username);
  } catch {
    throw refused();
  }
  if (parts.hostname === '' || parts.hash !== '') throw refused();
  const options = Object.fromEntries(parts.searchParams);
  const unknown = Object.keys(options).find((name) => !(OWN as readonly string[]).includes(name));
  if (unknown !== undefined) throw new OptionError(`qdrant:?${unknown}`, `one of ${OWN.join(', ')}`, options[unknown]);
  return {
    target: {
      host: parts.hostname,
      port: parts.port === '' ? PORT : Number(parts.port),
      https: match[1]!.toLowerCase() === 'https',
      prefix: parts.pathname.replace(/\/+$/, ''),
      apiKey: apiKey === '' ? undefined : apiKey,
    },
    options,
  };
}

/** A number in a URL is milliseconds, as it is elsewhere. */
const durationIn = (text: string | undefined): Duration | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : text);
