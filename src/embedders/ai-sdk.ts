import { OptionError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Usd } from '../base/units.ts';
import { noUsage } from '../model/usage.ts';
import { costOf, createPrices, type Prices } from '../pricing/price-of.ts';
import { checkCount, checkName } from './check.ts';
import type { Embedder } from './embedder.ts';
import { floatsOf } from './vectors.ts';

/**
 * What an embedding model of the AI SDK is, as far as it is used here: the specifications v2 (AI SDK 5), v3 (6) and v4 (7) alike. Source:
 * the types of the npm package `@ai-sdk/provider`, 2 to 4.
 */
export interface AiSdkEmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined;
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
    providerOptions?: Record<string, Record<string, never>>;
  }): PromiseLike<{ readonly embeddings: readonly (readonly number[])[]; readonly usage?: { readonly tokens: number } }>;
}

export interface AiSdkEmbedderOptions {
  /** Options for the provider, such as `{ openai: { dimensions: 256 } }`. They are part of the fingerprint. */
  providerOptions?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The most texts of one call; never more than the model takes. @default 96 */
  batchSize?: number;
  /** Characters beyond which a text is not embedded. @default 8000 */
  longest?: number;
  /** What the vectors are known by. Give it where that does not tell the model, such as with an address of your own. @default made of provider, model and `providerOptions` */
  fingerprint?: string;
  /** What models cost. @default the price table */
  prices?: Prices;
}

/** Embeds by a model of the AI SDK, such as `openai.embedding('text-embedding-3-small')`. Nothing of the SDK is loaded here. */
export function aiSdkEmbedder(model: AiSdkEmbeddingModel, options: AiSdkEmbedderOptions = {}): Embedder {
  if (typeof model !== 'object' || model === null || typeof model.doEmbed !== 'function') {
    throw new OptionError('embedder', 'an embedding model of the AI SDK, 5 or newer', model);
  }
  const { providerOptions, longest = 8000 } = options;
  checkCount(options.batchSize, 'embedder.batchSize');
  checkCount(longest, 'embedder.longest');
  const wanted = options.batchSize ?? 96;
  const { maxEmbeddingsPerCall: most } = model;
  const batchSize = typeof most === 'number' && most >= 1 ? Math.min(wanted, most) : wanted;
  const { fingerprint = `ai-sdk:${model.provider}:${model.modelId}${providerOptions ? `:${JSON.stringify(providerOptions)}` : ''}` } = options;
  checkName(fingerprint, 'embedder.fingerprint');
  let prices = options.prices;

  async function one(texts: readonly string[], signal: AbortSignal): Promise<{ vectors: Float32Array[]; cost: Usd | undefined }> {
    const { embeddings, usage } = await model.doEmbed({
      values: [...texts],
      abortSignal: signal,
      ...(providerOptions && { providerOptions: providerOptions as Record<string, Record<string, never>> }),
    });
    // A provider is `openai.embedding`, say: whose it is, and what of it.
    const price = usage && usage.tokens >= 0 ? (prices ??= createPrices()).priceOf(model.modelId, model.provider.split('.')[0]!) : undefined;
    return {
      vectors: embeddings.map(floatsOf),
      cost: usage && price && costOf({ ...noUsage, input: usage.tokens }, price),
    };
  }

  return {
    fingerprint,
    batchSize,
    batchLength: 300_000,
    longest,
    async embed(texts, signal) {
      // Models of a service that has to be asked say only now how many they take.
      const takes = Math.max(1, Math.floor((await most) ?? batchSize));
      const parts: Awaited<ReturnType<typeof one>>[] = [];
      for (let at = 0; at < texts.length; at += takes) parts.push(await one(texts.slice(at, at + takes), signal));
      const costs = parts.flatMap(({ cost }) => cost ?? []);
      return { vectors: parts.flatMap(({ vectors }) => vectors), ...(costs.length > 0 && { cost: costs.reduce((sum, cost) => sum + cost, 0) }) };
    },
  };
}
