import { OptionError } from '../../base/errors.ts';

/**
 * Scales a vector so that its largest value becomes 127 and rounds it into `into`: -127 to 127. Its length does not
 * matter from then on. Gives the sum of the squares of what was written.
 * Throws when the vector has another size, a value that is not a finite number, or no direction.
 */
export function quantise(vector: Float32Array, dimensions: number, into: Int8Array): number {
  if (vector.length !== dimensions) throw new OptionError('vector', `a vector of ${dimensions} dimensions`, vector.length);
  let largest = 0;
  for (let at = 0; at < dimensions; at++) {
    const size = Math.abs(vector[at]!);
    if (!(size < Infinity)) throw new OptionError('vector', 'a vector of finite numbers', vector[at]);
    if (size > largest) largest = size;
  }
  if (largest === 0) throw new OptionError('vector', 'a vector with a direction', 'all zeros');

  let squares = 0;
  for (let at = 0; at < dimensions; at++) {
    const code = Math.round((vector[at]! / largest) * 127);
    into[at] = code;
    squares += code * code;
  }
  return squares;
}
