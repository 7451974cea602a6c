import * as v from 'valibot';
import { parseJson } from '../base/json.ts';
import type { Entry } from '../model/entry.ts';
import { fromReadable, toReadable } from '../stores/readable.ts';

/**
 * The lines of an export, one an entry: the entry as `file:` stores write it (`v`, all members, bodies as JSON, lines of text, or base64,
 * `checksum`), on one line. A line `{ "v": 1, "secret": "..." }` carries the secret of the store, under which tenants are made.
 */
export const entryLine = (entry: Entry): string => JSON.stringify(toReadable(entry));
export const secretLine = (secret: string): string => JSON.stringify({ v: 1, secret });

/** What a line says, or what is wrong with it. */
export type ReadLine = { readonly entry: Entry } | { readonly secret: string } | { readonly wrong: string };

const texts = v.record(v.string(), v.string());
const base64 = v.pipe(v.string(), v.base64());
const moment = v.pipe(v.number(), v.finite());
const tokens = v.pipe(v.number(), v.minValue(0));

const body = v.union([
  v.strictObject({ json: v.unknown(), indent: v.optional(v.picklist([2, 4])) }),
  v.strictObject({ lines: v.array(v.string()) }),
  v.strictObject({ base64 }),
  v.strictObject({ zstd: base64, size: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
]);
const recorded = v.strictObject({
  status: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
  headers: texts,
  body,
  marks: v.optional(v.array(v.number())),
});
const entrySchema = v.pipe(
  v.strictObject({
    v: v.literal(1, 'must be 1: other versions cannot be read'),
    id: v.pipe(v.string(), v.minLength(1)),
    kind: v.picklist(['llm', 'value', 'qa']),
    format: v.string(),
    namespace: v.string(),
    tenant: v.string(),
    scope: v.string(),
    turns: v.optional(v.string()),
    text: v.optional(v.string()),
    lookups: v.array(v.string()),
    attributes: texts,
    tags: v.array(v.string()),
    model: v.optional(v.string()),
    origin: v.picklist(['provider', 'api', 'import']),
    fields: texts,
    stream: v.optional(recorded),
    whole: v.optional(recorded),
    usage: v.optional(v.strictObject({ input: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens, output: tokens, reasoning: tokens })),
    createdAt: moment,
    expiresAt: v.optional(moment),
    dropAt: v.optional(moment),
    vectors: v.optional(v.record(v.string(), base64)),
    checksum: v.string(),
  }),
  v.check(({ stream, whole }) => stream !== undefined || whole !== undefined, 'has no answer: neither `stream` nor `whole`'),
);
const secretSchema = v.strictObject({ v: v.literal(1), secret: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/** Reads one line. Never throws. */
export function readLine(text: string): ReadLine {
  const json = parseJson(text);
  if (json === undefined) return { wrong: 'it is no JSON' };
  const secret = v.safeParse(secretSchema, json);
  if (secret.success) return { secret: secret.output.secret };
  const checked = v.safeParse(entrySchema, json, { abortEarly: true });
  if (!checked.success) {
    const [issue] = checked.issues;
    const path = v.getDotPath(issue);
    return { wrong: path === null ? issue.message : `${path}: ${issue.message}` };
  }
  let wrong = 'it cannot be read';
  const entry = fromReadable(checked.output.id, json, (_id, why) => (wrong = why));
  if (!entry) return { wrong };
  // Compressed bodies are unpacked when they are first asked for, and so here.
  return { entry: { ...entry, origin: 'import' } };
}
