import { type Clock, systemClock } from '../base/clock.ts';
import { EmbedderError } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';
import { baseOf, checkCount, checkName } from './check.ts';
import type { Embedder } from './embedder.ts';
import { askService, type Fetch, type Service } from './service.ts';
import { floatsOf } from './vectors.ts';

export interface OllamaEmbedderOptions {
  /** The model as `ollama list` shows it, such as `nomic-embed-text`. */
  model: string;
  /** Where the server listens. @default 'http://127.0.0.1:11434' */
  baseURL?: string;
  /** Numbers to a vector, for models that let one choose. @default what the model gives */
  dimensions?: number;
  /** The most texts of one call. @default 32 */
  batchSize?: number;
  /** Characters beyond which a text is not embedded. A text beyond the model's window is refused by the server in any case. @default 8000 */
  longest?: number;
  /** How long the server keeps the model loaded, such as `'10m'`. @default what the server is set to */
  keepAlive?: string;
  /** Further headers of every call. */
  headers?: Readonly<Record<string, string>>;
  /** How calls are made. @default globalThis.fetch */
  fetch?: Fetch;
  /** @default the machine's own clock */
  clock?: Clock;
}

/** How often it is looked up whether the model's name stands for another model than before. */
const LOOK_AGAIN: Milliseconds = 60_000;

/**
 * Embeds by an Ollama server. The fingerprint holds the model's digest, where the server lists one, since a name can be pulled anew; when
 * the digest changes, embedding fails as `changed` until the program starts again. Texts are never cut to the model's window.
 *
 * Sources: https://docs.ollama.com/api/embed, https://docs.ollama.com/api/tags. That a long text is refused with status 400:
 * https://github.com/ollama/ollama/issues/14186.
 */
export function ollamaEmbedder(options: OllamaEmbedderOptions): Embedder {
  const { model, baseURL = 'http://127.0.0.1:11434', dimensions, batchSize = 32, longest = 8000, keepAlive, headers = {}, fetch } = options;
  const { clock = systemClock } = options;
  checkName(model, 'embedder.model');
  checkCount(dimensions, 'embedder.dimensions');
  checkCount(batchSize, 'embedder.batchSize');
  checkCount(longest, 'embedder.longest');
  const base = baseOf(baseURL, 'embedder.baseURL');
  const service: Service = { name: `ollama:${model}`, base, headers, fetch, clock };
  const size = dimensions === undefined ? '' : `:${dimensions}`;

  /** What the server listed when it was first asked, and when it was last asked. */
  let first: { readonly digest: string | undefined } | undefined;
  let looked: Milliseconds = 0;

  async function lookUp(signal: AbortSignal): Promise<{ readonly digest: string | undefined }> {
    if (first && clock.elapsed() - looked < LOOK_AGAIN) return first;
    const digest = await digestOf(service, model, signal);
    looked = clock.elapsed();
    first ??= { digest };
    if (first.digest !== undefined && digest !== undefined && digest !== first.digest) {
      looked -= LOOK_AGAIN;
      throw new EmbedderError('changed', `The embedder ${service.name} is another model than before: its digest was ${first.digest}, and is ${digest}.`);
    }
    return first;
  }

  return {
    fingerprint: `ollama:${model}${size}`,
    async identify(signal) {
      const { digest } = await lookUp(signal);
      return `ollama:${model}${digest === undefined ? '' : `@${digest.replace(/^sha256:/, '').slice(0, 16)}`}${size}`;
    },
    ...(dimensions !== undefined && { dimensions }),
    batchSize,
    longest,
    async embed(texts, signal) {
      await lookUp(signal);
      const { embeddings } = await askService(
        service,
        '/api/embed',
        { model, input: texts, truncate: false, ...(dimensions !== undefined && { dimensions }), ...(keepAlive !== undefined && { keep_alive: keepAlive }) },
        signal,
      );
      if (!Array.isArray(embeddings) || !embeddings.every(Array.isArray)) {
        throw new EmbedderError('unusable', `The embedder ${service.name} answered without vectors.`);
      }
      return { vectors: (embeddings as readonly (readonly unknown[])[]).map(floatsOf) };
    },
  };
}

/** The digest of a model, or `undefined` where the server lists none: others that speak like Ollama need not have the list. */
async function digestOf(service: Service, model: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await askService(service, '/api/tags', undefined, signal).catch((error: unknown) => {
    if (error instanceof EmbedderError && (error.reason === 'unusable' || [404, 405, 501].includes(error.status ?? 0))) return undefined;
    throw error;
  });
  const listed = Array.isArray(answer?.models) ? answer.models.filter(isObject) : [];
  // A name without a tag stands for `latest`.
  const names = [model, /:[^/]*$/.test(model) ? model : `${model}:latest`].map((name) => name.toLowerCase());
  const found = listed.find(({ name, model: other }) => [name, other].some((each) => typeof each === 'string' && names.includes(each.toLowerCase())));
  return typeof found?.digest === 'string' && found.digest !== '' ? found.digest : undefined;
}
