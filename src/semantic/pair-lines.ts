import * as v from 'valibot';
import { type Json, parseJson } from '../base/json.ts';

/** One side of a pair: a text, or the messages of a conversation as OpenAI's chat API has them. */
export type Side = string | readonly Json[];

/** Two questions: one that is stored, and one that is asked. */
export interface Pair {
  readonly id: string | number;
  /** The stored one. */
  readonly a: Side;
  /** The one that is asked. */
  readonly b: Side;
  /** 1: one answer serves both. */
  readonly label?: 0 | 1;
}

/** A query of a stream. Queries of one group are those that one answer serves. */
export interface Query {
  readonly q: string;
  readonly group: string | number;
}

const name = v.union([v.string(), v.number()], 'must be a text or a number');
const message = v.looseObject({ role: v.string() }, 'must be a message with a role');
const SIDE = 'must be a text, or messages: [{ "role", "content" }]';
const side = v.union([v.string(), v.pipe(v.array(message), v.minLength(1, SIDE))], SIDE);
const pair = v.object({ id: name, a: side, b: side, label: v.optional(v.picklist([0, 1], 'must be 0 or 1')) });
const labelled = v.object({ ...pair.entries, label: v.picklist([0, 1], 'must be 0 or 1') });
const query = v.object({ q: v.string('must be a text'), group: name });

type Read<T> = { readonly value: T } | { readonly wrong: string };

/** Reads a line `{ "id", "a", "b" }`; other members are passed over. */
export const readPair = (text: string): Read<Pair> => read(pair, text) as Read<Pair>;
/** Reads a line `{ "id", "a", "b", "label" }`. */
export const readLabelledPair = (text: string): Read<Pair & { label: 0 | 1 }> => read(labelled, text) as Read<Pair & { label: 0 | 1 }>;
/** Reads a line `{ "q", "group" }`. */
export const readQuery = (text: string): Read<Query> => read(query, text);

function read<T extends v.GenericSchema>(schema: T, text: string): Read<v.InferOutput<T>> {
  const json = parseJson(text);
  if (json === undefined) return { wrong: 'it is no JSON' };
  const { success, output, issues } = v.safeParse(schema, json, { abortEarly: true });
  if (success) return { value: output };
  const path = v.getDotPath(issues[0]);
  if (issues[0].received === 'undefined') return { wrong: `it has no \`${path}\`` };
  return { wrong: path === null ? issues[0].message : `${path}: ${issues[0].message}` };
}
