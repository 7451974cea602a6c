import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What Reprise is measured against, from npm. */
export const PEERS = [
  '@nodellmcache/prompt-cache', '@nodellmcache/memory', '@nodellmcache/semantic-cache', 'llm-cacher', 'hnswlib-node', '@langchain/core', '@portkey-ai/gateway', 'onnxruntime-web',
] as const;
export type PeerName = (typeof PEERS)[number];

const here = fileURLToPath(new URL('.', import.meta.url));
const packageFile = (name: string): string => `${here}node_modules/${name}/package.json`;

/** Installs the peers into `bench/node_modules` where they are not there yet. */
export function installPeers(): void {
  if (PEERS.every((name) => existsSync(packageFile(name)))) return;
  process.stderr.write('Installing the peers into bench/node_modules ...\n');
  const { status } = spawnSync('npm', ['install', '--prefix', here, '--no-audit', '--no-fund'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The peers could not be installed; `npm install --prefix bench` says why.');
}

export function peerVersion(name: PeerName): string {
  if (!existsSync(packageFile(name))) return 'not installed';
  return (JSON.parse(readFileSync(packageFile(name), 'utf8')) as { version: string }).version;
}

/** The path of a file of a peer. */
export const peerFile = (name: PeerName, file: string): string => `${here}node_modules/${name}/${file}`;

/** The name is a variable, so that sources can be type-checked without the peers. */
async function load<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}

/** What is used of `@nodellmcache/prompt-cache`. */
export interface PromptCache {
  getOrGenerate(prompt: string, generate: () => Promise<unknown>, options: { provider: string; model: string }): Promise<unknown>;
}

/** As its README sets it up: memory of 100 MB, answers kept for an hour. */
export async function promptCache(): Promise<PromptCache> {
  const { PromptCache } = await load<{ PromptCache: new (options: object) => PromptCache }>('@nodellmcache/prompt-cache');
  const { MemoryAdapter } = await load<{ MemoryAdapter: new (options: object) => object }>('@nodellmcache/memory');
  return new PromptCache({ adapter: new MemoryAdapter({ maxSize: 100 * 1024 * 1024 }), defaultTTL: 3_600_000 });
}

/** The part of an OpenAI client that `llm-cacher` wraps. */
export interface ChatClient {
  readonly chat: { readonly completions: { create(request: object): Promise<unknown> } };
}

/** A client wrapped by `llm-cacher`. Its defaults: memory for 1,000 entries. `path`: in a SQLite file instead. */
export async function llmCacher(client: ChatClient, path?: string): Promise<ChatClient> {
  const peer = await load<{
    createCachedClient(client: ChatClient, options?: object): ChatClient;
    SQLiteStorage: new (options: { db: object }) => object;
  }>('llm-cacher');
  if (path === undefined) return peer.createCachedClient(client);
  return peer.createCachedClient(client, { storage: new peer.SQLiteStorage({ db: await sqliteDriver(path) }) });
}

/** The same upon Redis, as its README shows it. */
export async function llmCacherOnRedis(client: ChatClient, redis: { disconnect(): void }, keyPrefix: string): Promise<ChatClient & { close(): Promise<void> }> {
  const peer = await load<{
    createCachedClient(client: ChatClient, options?: object): ChatClient;
    RedisStorage: new (options: { client: object; keyPrefix: string }) => { clear(): Promise<void> };
  }>('llm-cacher');
  const storage = new peer.RedisStorage({ client: redis, keyPrefix });
  const cached = peer.createCachedClient(client, { storage });
  return {
    chat: cached.chat,
    async close() {
      await storage.clear();
      redis.disconnect();
    },
  };
}

/** `better-sqlite3`, which it names, where it could be installed and fits this Node; else Node's own, which has the same methods. */
async function sqliteDriver(path: string): Promise<object> {
  const Driver = betterSqlite();
  if (Driver) return new Driver(path);
  const { DatabaseSync } = await import('node:sqlite');
  return new DatabaseSync(path);
}

function betterSqlite(): (new (path: string) => object) | undefined {
  try {
    const Driver = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => object;
    new Driver(':memory:');
    return Driver;
  } catch {
    return undefined;
  }
}

/** Which driver `llm-cacher` has in this run. */
export const sqliteDriverName = (): string => (betterSqlite() ? 'better-sqlite3' : 'node:sqlite');

/** The vectors of a peer. */
export interface PeerIndex {
  add(id: string, vector: number[]): unknown;
  /** The nearest one. */
  nearest(vector: number[]): string | undefined | Promise<string | undefined>;
}

/** The index that `@nodellmcache/semantic-cache` has by default, of the family of `prompt-cache`, which matches exactly only. */
export async function flatSearch(): Promise<PeerIndex> {
  const { InMemoryVectorIndex } = await load<{
    InMemoryVectorIndex: new () => { add(id: string, vector: number[], query: string): Promise<void>; search(vector: number[]): Promise<{ id: string } | null> };
  }>('@nodellmcache/semantic-cache');
  const index = new InMemoryVectorIndex();
  return { add: (id, vector) => index.add(id, vector, id), nearest: async (vector) => (await index.search(vector))?.id };
}

/**
 * The index of `llm-cacher` with `indexType: 'hnsw'`, which needs `hnswlib-node`. Whatever is nearest is given, however far. By `require`, since as an
 * ES module it cannot load `hnswlib-node`.
 */
export async function hnswSearch(dimensions: number): Promise<PeerIndex> {
  const { SimilarityEngine } = createRequire(import.meta.url)('llm-cacher') as {
    SimilarityEngine: new (options: object) => { add(key: string, embedding: number[]): void; findSimilar(embedding: number[]): string | null };
  };
  const engine = new SimilarityEngine({ threshold: -1, indexType: 'hnsw', dimensions });
  return { add: (id, vector) => engine.add(id, vector), nearest: (vector) => engine.findSimilar(vector) ?? undefined };
}

/** Runs a network on one input: the ids of its tokens, of which those from `second` on are of the second text. */
export type Session = (ids: readonly number[], second: number) => Promise<number>;

interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, shape: readonly number[]) => object;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<{ run(feeds: object): Promise<{ logit: { data: Float32Array } }> }> };
}

/** `onnxruntime-web` in one thread, as WebAssembly. */
export async function onnxRuntimeWeb(): Promise<(model: Uint8Array) => Promise<Session>> {
  const { env, Tensor, InferenceSession } = await load<OnnxRuntime>('onnxruntime-web');
  env.wasm.numThreads = 1;
  return async (model) => {
    const session = await InferenceSession.create(model, { executionProviders: ['wasm'] });
    return async (ids, second) => {
      const tensor = (values: readonly number[]): object => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
      const { logit } = await session.run({ ids: tensor(ids), sides: tensor(ids.map((_, at) => (at < second ? 0 : 1))) });
      return logit.data[0]!;
    };
  };
}

/** What is used of `@langchain/core`. */
export interface LangChain {
  /** The cache alone. */
  readonly cache: {
    lookup(prompt: string, llmKey: string): Promise<readonly { readonly text: string }[] | null>;
    update(prompt: string, llmKey: string, value: readonly { readonly text: string }[]): Promise<void>;
  };
  /** A chat model with a cache of its own before `generate`. */
  model(generate: (prompt: string) => Promise<string>): { invoke(messages: readonly (readonly [role: string, content: string])[]): Promise<{ content: unknown }> };
}

interface BaseMessage {
  readonly content: string;
}

export async function langChain(): Promise<LangChain> {
  const { InMemoryCache } = await load<{ InMemoryCache: new () => LangChain['cache'] }>('@langchain/core/caches');
  const { SimpleChatModel } = await load<{ SimpleChatModel: abstract new (fields: object) => ReturnType<LangChain['model']> }>('@langchain/core/language_models/chat_models');
  return {
    cache: new InMemoryCache(),
    model(generate) {
      class Model extends SimpleChatModel {
        _llmType(): string {
          return 'bench';
        }
        _call(messages: readonly BaseMessage[]): Promise<string> {
          return generate(messages.at(-1)!.content);
        }
      }
      return new Model({ cache: new InMemoryCache() });
    },
  };
}
