import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { tokens } from './plan.ts';

const SIZES: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 };

/**
 * OpenAI embeddings of one text, of tokens, or of a list of either.
 * Source: https://platform.openai.com/docs/api-reference/embeddings
 */
export function writeEmbeddings(body: JsonObject, vectors: Readonly<Record<string, readonly number[]>>, fallbackSize = 1536): JsonObject {
  const model = typeof body.model === 'string' ? body.model : 'fake-embedding';
  const size = typeof body.dimensions === 'number' ? body.dimensions : (SIZES[model] ?? fallbackSize);
  const inputs = inputsOf(body.input);
  const data = inputs.map((input, index) => {
    const vector = vectors[input] ?? fakeVector(input, size);
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? toBase64(vector) : [...vector] };
  });
  const used = inputs.reduce((sum, input) => sum + Math.max(1, tokens(input)), 0);
  return { object: 'list', data, model, usage: { prompt_tokens: used, total_tokens: used } };
}

/** Every input as a text; a list of token numbers is their digits. */
function inputsOf(input: Json | undefined): string[] {
  if (!Array.isArray(input)) return [String(input ?? '')];
  const items = input as readonly Json[];
  return typeof items[0] === 'number' ? [items.join(' ')] : items.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}

/**
 * A vector of length 1, the same for the same text everywhere. Texts that share words are near to one another, and no two texts
 * have the same vector.
 */
export function fakeVector(text: string, size: number): readonly number[] {
  const sum = new Float64Array(size);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) add(sum, `word ${word}`, 1);
  add(sum, `text ${text}`, 0.1);
  const length = Math.hypot(...sum);
  return Array.from(sum, (value) => Math.fround(value / length));
}

/** Adds a pseudo-random direction that is given by the name (xorshift32 from its SHA-256). */
function add(sum: Float64Array, name: string, weight: number): void {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0) || 1;
  for (let index = 0; index < sum.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    sum[index] = (sum[index] ?? 0) + weight * ((state | 0) / 2 ** 31);
  }
}

/** Little-endian 32-bit floats, as the service packs them. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}

const MODELS = ['gpt-4o-mini', 'gpt-4.1', 'text-embedding-3-small', 'claude-sonnet-4-5'] as const;

/** The list of models, or one of them, in the form of OpenAI or Anthropic. `undefined`: no such model. */
export function writeModels(id: string | undefined, anthropic: boolean): JsonObject | undefined {
  const models = MODELS.map((name): JsonObject =>
    anthropic
      ? { type: 'model', id: name, display_name: name, created_at: '2025-01-01T00:00:00Z' }
      : { id: name, object: 'model', created: 1_735_689_600, owned_by: 'fake' },
  );
  if (id !== undefined) return models.find((model) => isObject(model) && model.id === id);
  return anthropic ? { data: models, has_more: false, first_id: MODELS[0], last_id: MODELS.at(-1) } : { object: 'list', data: models };
}
