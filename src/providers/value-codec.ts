import { parse, stringify } from 'devalue';
import { BrokenAnswerError } from '../base/errors.ts';
import { toBytes, toText } from '../base/json.ts';

// Values are written by `devalue`, so that Date, Map, Set, bigint, typed arrays, repeated and cyclic references survive; nothing in it is
// ever executed. Apart from `value.ts`, so that who caches calls of APIs alone loads none of it.

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
