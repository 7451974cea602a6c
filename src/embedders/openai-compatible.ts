import { type Clock, systemClock } from '../base/clock.ts';
import { EmbedderError, OptionError } from '../base/errors.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { isObject } from '../base/json.ts';
import { noUsage } from '../model/usage.ts';
import { costOf, createPrices, type Prices } from '../pricing/price-of.ts';
import { baseOf, checkCount, checkName } from './check.ts';
import type { Embedder } from './embedder.ts';
import { askService, type Fetch, type Service } from './service.ts';
import { floatsOf } from './vectors.ts';

export interface OpenAiEmbedderOptions {
  /** The model, such as `text-embedding-3-small`. */
  model: string;
  /** Where the API is, up to and with `/v1`. @default 'https://api.openai.com/v1' */
  baseURL?: string;
  /** The key. That of the environment is sent to OpenAI itself alone. @default process.env.OPENAI_API_KEY, or none with another `baseURL` */
  apiKey?: string;
  /** Numbers to a vector, for models that let one choose. @default what the model gives */
  dimensions?: number;
  /** The most texts of one call: 1 to 2048 at OpenAI, fewer elsewhere. @default 96 */
  batchSize?: number;
  /** Characters beyond which a text is not embedded. @default 24000, about what OpenAI's models read (8,192 tokens) */
  longest?: number;
  /** Further headers of every call. */
  headers?: Readonly<Record<string, string>>;
  /** What the vectors are known by. Give it to keep them when only the address changes. @default made of model, dimensions and address */
  fingerprint?: string;
  /** How calls are made. @default globalThis.fetch */
  fetch?: Fetch;
  /** What models cost. @default the price table */
  prices?: Prices;
  /** @default the machine's own clock */
  clock?: Clock;
}

const OPENAI = 'https://api.openai.com/v1';

/** OpenAI takes 300,000 tokens a call; a token has a character at least in all but rare scripts. */
const LONGEST_CALL = 300_000;

/**
 * Embeds by OpenAI's API or any that speaks like it (vLLM, TEI, llama.cpp, LiteLLM, Mistral and others). Vectors are asked for as base64,
 * a third of the size of numbers; who answers with numbers all the same is understood, and who refuses is asked for numbers from then on.
 *
 * Sources: https://platform.openai.com/docs/api-reference/embeddings/create; refusals of base64 as in
 * https://github.com/vllm-project/vllm/issues/5734.
 */
export function openaiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { model, baseURL = OPENAI, dimensions, batchSize = 96, longest = 24_000, headers = {}, fetch, clock = systemClock } = options;
  checkName(model, 'embedder.model');
  checkCount(dimensions, 'embedder.dimensions');
  checkCount(batchSize, 'embedder.batchSize');
  checkCount(longest, 'embedder.longest');
  const base = baseOf(baseURL, 'embedder.baseURL');
  const apiKey = options.apiKey ?? (base === OPENAI ? process.env.OPENAI_API_KEY : undefined);
  const own = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (!apiKey && !own && base === OPENAI) throw new OptionError('embedder.apiKey', 'given, or OPENAI_API_KEY be set', apiKey);
  const { fingerprint = `openai:${model}${dimensions === undefined ? '' : `:${dimensions}`}${base === OPENAI ? '' : `@${base}`}` } = options;

  const service: Service = {
    name: `openai:${model}`,
    base,
    headers: { ...(apiKey && !own && { authorization: `Bearer ${apiKey}` }), ...headers },
    secret: apiKey,
    fetch,
    clock,
  };
  let prices = options.prices;
  let format: 'base64' | 'float' = 'base64';

  const ask = (texts: readonly string[], encoding: typeof format, signal: AbortSignal) =>
    askService(service, '/embeddings', { model, input: texts, encoding_format: encoding, ...(dimensions !== undefined && { dimensions }) }, signal);

  const costIn = ({ usage }: JsonObject) => {
    const tokens = isObject(usage) ? (usage.prompt_tokens ?? usage.total_tokens) : undefined;
    if (typeof tokens !== 'number' || !(tokens >= 0)) return undefined;
    const price = (prices ??= createPrices()).priceOf(model, 'openai');
    return price && costOf({ ...noUsage, input: tokens }, price);
  };

  return {
    fingerprint,
    ...(dimensions !== undefined && { dimensions }),
    batchSize,
    batchLength: LONGEST_CALL,
    longest,
    async embed(texts, signal) {
      const answer = await ask(texts, format, signal).catch((error: unknown) => {
        if (format !== 'base64' || !refusesBase64(error)) throw error;
        format = 'float';
        return ask(texts, format, signal);
      });
      const cost = costIn(answer);
      return { vectors: inOrder(answer.data, service.name).map((item) => vectorOf(item, service.name)), ...(cost !== undefined && { cost }) };
    },
  };
}

const refusesBase64 = (error: unknown): boolean =>
  error instanceof EmbedderError && error.reason === 'refused' && /base64|encoding.?format/i.test(error.message);

/** The vectors by their `index`, which some servers leave out and then answer in order. */
function inOrder(data: Json | undefined, name: string): JsonObject[] {
  if (!Array.isArray(data) || !data.every(isObject)) throw new EmbedderError('unusable', `The embedder ${name} answered without vectors.`);
  const items: readonly JsonObject[] = data;
  if (items.every(({ index }) => index === undefined || index === null)) return [...items];
  const ordered: JsonObject[] = [];
  for (const item of items) {
    const at = typeof item.index === 'number' ? item.index : -1;
    if (Number.isInteger(at) && at >= 0 && at < items.length) ordered[at] = item;
  }
  // `Object.keys` leaves out the places that nothing was put in.
  if (Object.keys(ordered).length !== items.length) throw new EmbedderError('unusable', `The embedder ${name} numbered its vectors wrongly.`);
  return ordered;
}

function vectorOf({ embedding }: JsonObject, name: string): Float32Array {
  if (Array.isArray(embedding)) return floatsOf(embedding);
  const bytes = typeof embedding === 'string' ? Buffer.from(embedding, 'base64') : undefined;
  if (!bytes || bytes.length % 4 !== 0) throw new EmbedderError('unusable', `The embedder ${name} answered with something else than vectors.`);
  // Little-endian on the wire, whatever this machine is.
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
