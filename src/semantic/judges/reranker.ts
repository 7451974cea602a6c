import { hash } from 'node:crypto';
import { JudgeError, OptionError } from '../../base/errors.ts';
import { isObject, parseJson, toText } from '../../base/json.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { Bytes, Usd } from '../../base/units.ts';
import { bounded } from './bounded.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';
import { MOST_WAITING, refusal, service, type ServiceOptions, serviceUrl } from './post-json.ts';

/**
 * How a reranker is asked and answers.
 * - `cohere`: `{ model, query, documents, top_n }`, `{ results: [{ index, relevance_score }] }`, scores from 0 to 1. `/v2/rerank`; source:
 *   https://docs.cohere.com/reference/rerank and the `V2Rerank` types of cohere-ai/cohere-typescript. Many gateways and vLLM speak it.
 * - `jina`: the same, and it gives the documents back unless `return_documents` is false. `/v1/rerank`; source: https://jina.ai/reranker
 * - `tei`: `{ query, texts, raw_scores, truncate }`, `[{ index, score }]`, where scores that are not raw are from 0 to 1. `/rerank` of Hugging
 *   Face's text-embeddings-inference; source: `RerankRequest` and `Rank` in its `router/src/http/types.rs`.
 */
export type RerankerShape = 'cohere' | 'jina' | 'tei';

export interface RerankerJudgeOptions extends ServiceOptions {
  /** The whole address, such as `https://api.cohere.com/v2/rerank` or `http://127.0.0.1:8080/rerank`. */
  url: string | URL;
  shape: RerankerShape;
  /** The model. TEI serves one and is not told; the name counts in the fingerprint all the same. */
  model?: string;
  /** From which score on two texts are the same, 0 to 1. Without it the score is a probability, to be held against a calibrated threshold. */
  threshold?: number;
  /**
   * Pairs that are longer together than this are not sent, and count as not read: services cut what is too long for their model without a
   * word. In bytes of UTF-8; the default is at most some 500 tokens of English, 1,000 of Chinese. @default 2000
   */
  maxBytes?: Bytes;
  /** Documents of one call; TEI takes 32 unless told otherwise. @default 32 */
  batchSize?: number;
  /** What one call costs, for services that bill by the call. */
  costPerCall?: Usd;
}

interface Shape {
  body(query: string, documents: readonly string[], model: string | undefined): JsonObject;
  rows(answer: Json): Json | undefined;
  readonly score: string;
}

const results = (answer: Json): Json | undefined => (isObject(answer) ? answer.results : undefined);

const SHAPES: Readonly<Record<RerankerShape, Shape>> = {
  cohere: {
    body: (query, documents, model) => ({ model, query, documents, top_n: documents.length }),
    rows: results,
    score: 'relevance_score',
  },
  jina: {
    body: (query, documents, model) => ({ model, query, documents, top_n: documents.length, return_documents: false }),
    rows: results,
    score: 'relevance_score',
  },
  tei: {
    // A text that is too long is refused, not cut.
    body: (query, texts) => ({ query, texts, raw_scores: false, truncate: false }),
    rows: (answer) => answer,
    score: 'score',
  },
};

/**
 * Asks a reranker how well each stored text answers to the asked one: pairs with the same asked text in one call. `probability` is the
 * score, cut to 0 to 1. Rerankers are made to find what is about the same thing, and score a question and its negation alike, so that
 * they judge well only besides the guards and another judge. Failures are not tried again: they mean a miss.
 */
export function rerankerJudge(options: RerankerJudgeOptions): PairJudge {
  const { shape, model, threshold, maxBytes = 2000, batchSize = 32, maxConcurrent = 4, costPerCall } = options;
  if (!Object.hasOwn(SHAPES, shape)) throw new OptionError('shape', "'cohere', 'jina' or 'tei'", shape);
  if (shape !== 'tei' && !model) throw new OptionError('model', 'the name of a reranker', model);
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) throw new OptionError('threshold', 'a number from 0 to 1', threshold);
  if (!(batchSize >= 1)) throw new OptionError('batchSize', 'a number from 1 up', batchSize);
  if (!(maxConcurrent >= 1)) throw new OptionError('maxConcurrent', 'a number from 1 up', maxConcurrent);
  const url = serviceUrl(options.url, 'url');
  const api = service(url, options);
  const format = SHAPES[shape];
  const room = bounded(maxConcurrent, MOST_WAITING);
  const print = `reranker:${model ?? shape}:${hash('sha256', JSON.stringify([url.href, shape, model ?? ''])).slice(0, 16)}`;
  const closing = new AbortController();

  async function scores(query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]> {
    const answer = await room.run(() => api.post(format.body(query, documents, model), signal), signal);
    if (answer.status !== 200) throw refusal(url.host, answer);
    const found = scoresIn(format, parseJson(toText(answer.body)), documents.length);
    if (!found) throw new JudgeError('unreadable', `The reranker at ${url.host} did not give one score a document, in the shape \`${shape}\`.`);
    return found;
  }

  return {
    name: 'reranker',
    ...(threshold !== undefined && { decides: true }),
    fingerprint: async () => print,
    async judge(pairs, signal) {
      const failing = new AbortController();
      const ending = AbortSignal.any([closing.signal, signal, failing.signal]);
      ending.throwIfAborted();
      const judged = pairs.map((): Judgement => ({ probability: 0, ...(threshold !== undefined && { same: false }), whole: false }));
      const calls = callsFor(pairs, maxBytes, batchSize);
      try {
        await Promise.all(calls.map(async ({ query, documents, places }) => {
          const found = await scores(query, documents, ending);
          const cost = costPerCall === undefined ? undefined : costPerCall / places.length;
          for (const [place, document] of places) {
            const probability = Math.min(1, Math.max(0, found[document] ?? 0));
            judged[place] = {
              probability, whole: true,
              ...(threshold !== undefined && { same: probability >= threshold }),
              ...(cost !== undefined && { cost }),
            };
          }
        }));
        return judged;
      } catch (error) {
        failing.abort(error);
        throw error;
      }
    },
    async close() {
      closing.abort(new JudgeError('closed', 'The judge is closed.'));
    },
  };
}

interface Call {
  readonly query: string;
  readonly documents: string[];
  /** Which pair wants the score of which document. */
  readonly places: [pair: number, document: number][];
}

/** The calls that judge these pairs, those left out that are too long. A document that stands in several pairs of a call is sent once. */
function callsFor(pairs: readonly (readonly [string, string])[], maxBytes: Bytes, batchSize: number): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Call>();
  for (const [at, [query, document]] of pairs.entries()) {
    if (Buffer.byteLength(query) + Buffer.byteLength(document) > maxBytes) continue;
    let call = open.get(query);
    if (!call || (call.documents.length >= batchSize && !call.documents.includes(document))) {
      call = { query, documents: [], places: [] };
      open.set(query, call);
      calls.push(call);
    }
    let place = call.documents.indexOf(document);
    if (place < 0) place = call.documents.push(document) - 1;
    call.places.push([at, place]);
  }
  return calls;
}

/** The scores in order, or `undefined` when there is not exactly one for each document. */
function scoresIn({ rows, score }: Shape, answer: Json | undefined, count: number): number[] | undefined {
  const found = answer === undefined ? undefined : rows(answer);
  if (!Array.isArray(found) || found.length !== count) return undefined;
  const scores = new Map<number, number>();
  for (const row of found as readonly Json[]) {
    if (!isObject(row) || typeof row.index !== 'number' || typeof row[score] !== 'number') return undefined;
    scores.set(row.index, row[score]);
  }
  const inOrder = Array.from({ length: count }, (_, at) => scores.get(at));
  return inOrder.every((one) => one !== undefined) ? inOrder : undefined;
}
