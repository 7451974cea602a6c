import type { Format } from './format.ts';
import { unreadable } from './format.ts';

/**
 * Values of wrapped functions: a whole value, or the pieces of a generator, one a line. What stands in a line: `value-codec.ts`.
 */
export const valueFormat: Format = {
  name: 'value',
  provider: 'value',
  facts: () => ({ form: 'whole', wish: { usage: true }, matchable: false, varies: true, kept: false }),
  conversation: () => ({ scope: null, turns: null }),
  upstreamBody: (body) => body,
  inspect: ({ body }, form) => ({ ...unreadable, complete: form === 'whole' || !splitLines(body).some(isUnstorable) }),
  assemble: () => undefined,
  play: () => undefined,
  split: (stream) => splitLines(stream),
  filter: () => undefined,
  contentType: { stream: 'application/x-ndjson', whole: 'application/json' },
  errorBody: (_status, code, message) => ({ error: { code, message } }),
};

/** Stands for a piece that cannot be stored. It is no JSON, so nothing that can be stored looks like it. */
export const UNSTORABLE_LINE: Uint8Array = Buffer.from('!\n');

export const isUnstorable = (line: Uint8Array): boolean => line[0] === UNSTORABLE_LINE[0];

/** The lines of a generator's pieces, which may come cut anywhere. */
export async function* linesOf(stream: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  if (stream instanceof Uint8Array) return yield* splitLines(stream);
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = held.lastIndexOf(LF) + 1;
    if (end === 0) continue;
    const lines = splitLines(held.subarray(0, end));
    held = held.subarray(end);
    yield* lines;
  }
}

const LF = 10;

/** Bytes cut after every line end. */
export function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start);
    const next = end === -1 ? bytes.length : end + 1;
    lines.push(bytes.subarray(start, next));
    start = next;
  }
  return lines;
}
