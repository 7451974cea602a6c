import { EmbedderError } from '../base/errors.ts';
import { lazy, loadPeer, type Peer } from '../base/lazy.ts';
import { checkCount, checkName } from './check.ts';
import type { Embedder } from './embedder.ts';

export const transformersPeer: Peer = { name: '@huggingface/transformers', range: '^3.0.0 || ^4.0.0' };

/** What of `@huggingface/transformers` is used, as its version 4 declares it. */
export interface TransformersModule {
  pipeline(task: 'feature-extraction', model: string, options: { dtype?: string; revision?: string }): Promise<FeatureExtraction>;
}

export interface FeatureExtraction {
  (texts: string[], options: { pooling: string; normalize: boolean }): Promise<{ readonly data: ArrayLike<number>; readonly dims: readonly number[] }>;
  readonly tokenizer: { readonly model_max_length?: number; encode(text: string): { readonly length: number } };
  dispose(): Promise<void>;
}

export interface TransformersEmbedderOptions {
  /** The model's name on the Hugging Face Hub, such as `Xenova/all-MiniLM-L6-v2`, or a folder. */
  model: string;
  /** The number format of the weights: `fp32`, `fp16`, `q8`, `q4` and others the model comes in. @default what the package chooses */
  dtype?: string;
  /** How a text's vector is made of those of its tokens, as the model's card says. @default 'mean' */
  pooling?: 'mean' | 'cls' | 'last_token';
  /** Branch, tag or commit of the model. Name a commit, so that the vectors never change unseen. @default 'main' */
  revision?: string;
  /** The most texts of one call. @default 16 */
  batchSize?: number;
  /** Characters beyond which a text is not embedded. One beyond the model's window, in tokens, is refused in any case. @default 8000 */
  longest?: number;
  /** Loads the package. @default its import */
  load?: () => Promise<TransformersModule>;
}

/**
 * Embeds in this process by the package `@huggingface/transformers`, which the user installs. Package and model are loaded with the first
 * text, and the model is downloaded when it is not there yet, which takes longer than a lookup waits: until it is there, lookups by
 * meaning are misses. How long it holds the event loop is the package's affair.
 */
export function transformersEmbedder(options: TransformersEmbedderOptions): Embedder {
  const { model, dtype, pooling = 'mean', revision, batchSize = 16, longest = 8000, load = importPackage } = options;
  checkName(model, 'embedder.model');
  checkCount(batchSize, 'embedder.batchSize');
  checkCount(longest, 'embedder.longest');
  const extractor = lazy(async () => {
    const { pipeline } = await loadPeer(transformersPeer, load);
    return pipeline('feature-extraction', model, { ...(dtype !== undefined && { dtype }), ...(revision !== undefined && { revision }) });
  });

  return {
    fingerprint: ['transformers', model, revision ?? 'main', dtype ?? 'default', pooling].join(':'),
    batchSize,
    longest,
    async embed(texts, signal) {
      const extract = await extractor();
      signal.throwIfAborted();
      const { tokenizer } = extract;
      // The package would cut a text to the window, and take two texts for one that differ only behind it.
      const window = tokenizer.model_max_length ?? Infinity;
      const over = texts.find((text) => tokenizer.encode(text).length > window);
      if (over !== undefined) throw new EmbedderError('text', `The model ${model} reads ${window} tokens, and a text has more.`);

      const { data, dims } = await extract([...texts], { pooling, normalize: true });
      const [count = 0, size = 0] = dims;
      if (dims.length !== 2 || data.length !== count * size) {
        throw new EmbedderError('unusable', `The model ${model} gave a tensor of the shape ${dims.join(' x ')}, and not one vector a text.`);
      }
      return { vectors: Array.from({ length: count }, (_, at) => Float32Array.from({ length: size }, (_value, i) => data[at * size + i]!)) };
    },
    async close() {
      if (extractor.started) await (await extractor().catch(() => undefined))?.dispose();
    },
  };
}

/** By a name that the type check and bundlers do not follow: the package need not be there. */
function importPackage(): Promise<TransformersModule> {
  const { name } = transformersPeer;
  return import(name) as Promise<TransformersModule>;
}
