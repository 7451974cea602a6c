import fc from 'fast-check';
import type { Entry, Recorded } from '../../src/model/entry.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '\uD800', '\0', '10', '9', ''));
const texts = fc.dictionary(text, text, { maxKeys: 4 }).map((made) => ({ ...made }));
const moment = fc.double({ min: 0, max: 1e14, noNaN: true });
const count = fc.nat();
const repetitive = fc.tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.integer({ min: 500, max: 3000 })).map(([piece, times]) => new TextEncoder().encode(piece.repeat(times)));
const json = fc.tuple(fc.jsonValue(), fc.constantFrom(undefined, 2)).map(([value, indent]) => new TextEncoder().encode(JSON.stringify(value, null, indent)));
const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), repetitive, json, text.map((value) => new TextEncoder().encode(value)));

const recorded: fc.Arbitrary<Recorded> = fc.record(
  { status: fc.integer({ min: 100, max: 599 }), headers: texts, body, marks: fc.array(moment, { maxLength: 6 }) },
  { requiredKeys: ['status', 'headers', 'body'] },
);

/** Any entry at all. */
export const anyEntry: fc.Arbitrary<Entry> = fc.record(
  {
    v: fc.constant(1 as const),
    id: text,
    kind: fc.constantFrom('llm' as const, 'value' as const, 'qa' as const),
    format: text,
    namespace: text,
    tenant: text,
    scope: text,
    turns: text,
    text,
    lookups: fc.array(text, { maxLength: 3 }),
    attributes: texts,
    tags: fc.array(text, { maxLength: 3 }),
    model: text,
    origin: fc.constantFrom('provider' as const, 'api' as const, 'import' as const),
    fields: texts,
    stream: recorded,
    whole: recorded,
    usage: fc.record({ input: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count, output: count, reasoning: count }),
    createdAt: moment,
    expiresAt: moment,
    dropAt: moment,
    vectors: fc.dictionary(text, fc.uint8Array({ maxLength: 64 }), { maxKeys: 3 }).map((made) => ({ ...made })),
  },
  { requiredKeys: ['v', 'id', 'kind', 'format', 'namespace', 'tenant', 'scope', 'lookups', 'attributes', 'tags', 'origin', 'fields', 'createdAt', 'vectors'] },
);

/** An entry in plain values, so that all byte arrays of the same bytes are equal. */
export function plain(entry: Entry | undefined): unknown {
  return entry && JSON.parse(JSON.stringify(entry, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : isBuffer(value) ? value.data : value)));
}

const isBuffer = (value: unknown): value is { data: number[] } =>
  typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer' && Array.isArray((value as { data?: unknown }).data);
