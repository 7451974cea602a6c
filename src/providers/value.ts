import { parse, stringify } from 'devalue';
import { BrokenAnswerError } from '../base/errors.ts';
import { toBytes, toText } from '../base/json.ts';
import type { Format } from './format.ts';
import { unreadable } from './format.ts';

/**
 * Values of wrapped functions: a whole value, or the pieces of a generator, one a line. Written by `devalue`, so that Date, Map, Set,
 * bigint, typed arrays, repeated and cyclic references survive; nothing in it is ever executed.
 */
export const valueFormat: Format = {
  name: 'value',
  provider: 'value',
  facts: () => ({ form: 'whole', wish: { usage: true }, matchable: false, varies: true, kept: false }),
  conversation: () => ({ scope: null, turns: null }),
  upstreamBody: (body) => body,
  inspect: () => ({ ...unreadable, complete: true }),
  assemble: () => undefined,
  play: () => undefined,
  split: (stream) => linesOf(stream),
  filter: () => undefined,
  contentType: { stream: 'application/x-ndjson', whole: 'application/json' },
  errorBody: (_status, code, message) => ({ error: { code, message } }),
};

/** A value as bytes, without line ends. Throws what `devalue` throws for functions, symbols and instances of classes. */
export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> => toBytes(stringify(value));

/** A copy of the value that was encoded. */
export function decodeValue(bytes: Uint8Array): unknown {
  try {
    return parse(toText(bytes));
  } catch (error) {
    throw new BrokenAnswerError('it holds no value of a wrapped function', { cause: error });
  }
}

/** One piece of a generator, as a line. */
export const encodePiece = (value: unknown): Uint8Array => Buffer.concat([encodeValue(value), Buffer.from('\n')]);

/** The pieces of a generator, whose lines may come cut anywhere. */
export async function* decodePieces(stream: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  if (stream instanceof Uint8Array) {
    for (const line of linesOf(stream)) yield decodeValue(line);
    return;
  }
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = held.lastIndexOf(10) + 1;
    if (end === 0) continue;
    const lines = linesOf(held.subarray(0, end));
    held = held.subarray(end);
    for (const line of lines) yield decodeValue(line);
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    lines.push(bytes.subarray(start, end === -1 ? bytes.length : end + 1));
    start = end === -1 ? bytes.length : end + 1;
  }
  return lines;
}
