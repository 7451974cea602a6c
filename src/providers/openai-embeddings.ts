import type { Json, JsonObject } from '../base/json.ts';
import { isObject, parseObject, toBytes, toText } from '../base/json.ts';
import type { Recorded } from '../model/entry.ts';
import type { RequestFacts } from '../model/request.ts';
import type { Batch, Finding, Format } from './format.ts';
import { unreadable } from './format.ts';
import { elementSpans, memberSpans } from './json-spans.ts';
import { shareUsage, sumUsage } from './openai-embeddings/usage.ts';
import { openAiError, openAiUsage } from './openai-shared.ts';

/** What is embedded: a text, or a text as its tokens. */
export type EmbeddingItem = string | readonly number[];

/**
 * OpenAI Embeddings. A request is cached item by item: `items` takes its input apart, `itemBody` is the request by which one item is
 * known, `batchBody` asks the provider for those that are missing, `takeApart` makes of the answer one answer an item, each a
 * whole answer of this format, and `putTogether` makes of them the answer to the request.
 *
 * `encoding_format` stays as the caller has it, and is part of what an item is known by. The vectors would be the same, but the answer
 * would not: base64 carries float32, and how the provider spells such a number in decimal (`-0.0069292834` or
 * `-0.006929283495992422`, both are seen) cannot be told from it. Numbers are copied as they were spelt, never parsed and written.
 *
 * Sources: https://platform.openai.com/docs/api-reference/embeddings and the types of the npm package `openai` 7.
 */
export const openAiEmbeddings: Format & { readonly batch: Batch } = {
  name: 'openai-embeddings',
  provider: 'openai',
  facts,
  conversation: (body) => ({ scope: body, turns: [] }),
  upstreamBody: (body) => body,
  inspect,
  assemble: () => undefined,
  play: () => undefined,
  split: (stream) => [stream],
  filter: () => undefined,
  contentType: { stream: 'application/json', whole: 'application/json' },
  errorBody: openAiError,
  batch: {
    items,
    itemBody: (body, item) => ({ ...body, input: item }),
    batchBody: (body, wanted) => (wanted.length === items(body)?.length ? body : { ...body, input: wanted }),
    takeApart,
    putTogether,
  },
};

function facts(body: JsonObject): RequestFacts {
  const { model, stream } = body;
  const bypass =
    typeof model !== 'string' || model === ''
      ? 'no model'
      : stream !== undefined && stream !== null && stream !== false
        ? 'embeddings as a stream'
        : items(body) === undefined
          ? '`input` of unknown shape'
          : undefined;
  return {
    ...(typeof model === 'string' && { model }),
    form: 'whole',
    ...(bypass !== undefined && { bypass }),
    wish: { usage: false },
    matchable: false,
    varies: false,
    kept: false,
  };
}

function items(body: JsonObject): readonly EmbeddingItem[] | undefined {
  const { input } = body;
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) return undefined;
  const list = input as readonly Json[];
  if (isTokens(list)) return [list];
  return list.every((item) => typeof item === 'string') || list.every(isTokens) ? (list as readonly EmbeddingItem[]) : undefined;
}

const isTokens = (value: Json): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every((token) => Number.isSafeInteger(token));

function inspect(recorded: Recorded): Finding {
  const answer = parseObject(recorded.body);
  const error = recorded.status >= 400 || (answer?.error !== undefined && answer.error !== null);
  if (!answer || error) return { ...unreadable, error };
  const { data, model } = answer;
  const vectors = Array.isArray(data) ? (data as readonly Json[]).map((element) => (isObject(element) ? element.embedding : undefined)) : [];
  const usage = openAiUsage(answer.usage);
  return {
    ...unreadable,
    complete: vectors.length > 0 && vectors.every((vector) => typeof vector === 'string' || Array.isArray(vector)),
    faults: vectors.some((vector) => (vector as string | readonly Json[] | undefined)?.length === 0) ? ['empty'] : [],
    ...(typeof model === 'string' && model !== '' && { model }),
    ...(usage && { usage }),
  };
}

/** An answer of this format as it is written: the vectors as they stand in the text, and what surrounds them. */
interface Parts {
  readonly vectors: readonly { readonly index: number; write(index: number): string }[];
  readonly usage: Json | undefined;
  write(vectors: readonly string[], usage: Json | undefined): Uint8Array;
}

function partsOf(answer: Uint8Array): Parts | undefined {
  const json = toText(answer);
  const parsed = parseObject(json);
  const start = json.indexOf('{');
  const members = parsed && memberSpans(json, start);
  const data = members?.findLast((member) => member.name === 'data');
  const elements = data && elementSpans(json, data.value);
  if (!elements || !Array.isArray(parsed?.data) || elements.length === 0) return undefined;
  const vectors: Parts['vectors'][number][] = [];
  for (const [position, element] of elements.entries()) {
    const { index, embedding } = (parsed.data[position] ?? {}) as JsonObject;
    const span = memberSpans(json, element.value)?.findLast((member) => member.name === 'index');
    if (!span || !Number.isSafeInteger(index) || !(typeof embedding === 'string' || Array.isArray(embedding))) return undefined;
    vectors.push({ index: index as number, write: (at) => json.slice(element.start, span.value) + String(at) + json.slice(span.end, element.end) });
  }
  return {
    vectors,
    usage: parsed.usage,
    write(written, usage) {
      const texts = members!.map((member) => {
        if (member === data) return `"data":[${written.join(',')}]`;
        return member.name === 'usage' && usage !== undefined ? `"usage":${JSON.stringify(usage)}` : json.slice(member.start, member.end);
      });
      return toBytes(`{${texts.join(',')}}`);
    },
  };
}

function takeApart(answer: Uint8Array, asked: readonly Json[]): Uint8Array[] | undefined {
  const parts = partsOf(answer);
  if (!parts || parts.vectors.length !== asked.length) return undefined;
  const shares = shareUsage(parts.usage, asked.map(weightOf));
  const ordered = parts.vectors.toSorted((a, b) => a.index - b.index);
  if (ordered.some((vector, at) => vector.index !== at)) return undefined;
  return ordered.map((vector, at) => parts.write([vector.write(0)], shares[at]));
}

/** About how many tokens an item has: known for tokens, for texts a quarter of their bytes. Only the ratio of the weights matters. */
const weightOf = (item: Json): number => (typeof item === 'string' ? Math.max(1, Buffer.byteLength(item) / 4) : (item as readonly Json[]).length);

function putTogether(answers: readonly Uint8Array[]): Uint8Array | undefined {
  const parts = answers.map(partsOf);
  if (parts.length === 0 || !parts.every((part) => part !== undefined)) return undefined;
  const vectors = parts.flatMap((part) => part.vectors.map((vector) => vector));
  return parts[0]!.write(
    vectors.map((vector, index) => vector.write(index)),
    sumUsage(parts.map((part) => part.usage)),
  );
}
