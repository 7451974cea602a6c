import type { WasmMemory } from '../../base/webassembly.ts';
import type { JudgeModel, Linear, Norm } from './judge-model.ts';
import { loadKernels } from './wasm-modules.ts';

/** Runs the judge's network. */
export interface JudgeKernel {
  /** The most tokens of an input. */
  readonly limit: number;
  /**
   * The network's verdict on one input, where `ids` are all its tokens and those from `second` on belong to the second text: positive
   * for "one answer serves both". The same on every engine, bit for bit, but for `Math.tanh`. A `RangeError` for an id or a length out
   * of range.
   */
  logit(ids: readonly number[], second: number): number;
}

/** A matrix product in WebAssembly's memory: addresses. */
interface Packed {
  weight: number;
  scale: number;
  bias: number;
  outputs: number;
  inputs: number;
}

const PAGE = 65_536;

/** Readies the network: weights go into WebAssembly's memory, in the order the products read them. Takes some 20 ms and 17 MB. */
export function judgeKernel(model: JudgeModel): JudgeKernel {
  const { width, inner, heads, positions } = model;
  const limit = positions.rows;
  const rows = Math.ceil(limit / 4) * 4;
  const { kernels, memory } = loadKernels();

  const reserve = reserving(memory);
  const put = (floats: Float32Array): number => {
    const at = reserve(floats.byteLength);
    new Float32Array(memory.buffer, at, floats.length).set(floats);
    return at;
  };
  const loose = reserve(Math.max(...model.layers.flatMap((each) => [each.query, each.up].map(({ weight }) => weight.length))));
  const pack = ({ outputs, inputs, weight, scale, bias }: Linear): Packed => {
    const packed = { outputs, inputs, weight: reserve(weight.length), scale: put(scale), bias: put(bias) };
    new Int8Array(memory.buffer, loose, weight.length).set(weight);
    kernels.pack(loose, packed.weight, outputs, inputs);
    return packed;
  };
  const putNorm = ({ gamma, beta }: Norm) => ({ gamma: put(gamma), beta: put(beta) });

  const norm = putNorm(model.norm);
  const stack = model.layers.map((each) => ({
    query: pack(each.query),
    attended: pack(each.attended),
    up: pack(each.up),
    down: pack(each.down),
    norm1: putNorm(each.norm1),
    norm2: putNorm(each.norm2),
  }));

  const x = reserve(rows * width * 4);                            // a row for each token, through all layers
  const y = reserve(rows * width * 4);
  const wide = reserve(rows * Math.max(3 * width, inner) * 4);
  const numbers = reserve(rows * Math.max(width, inner) * 2);
  const scales = reserve(rows * 4);
  const scratch = reserve((32 + rows) * (rows + 8) * 4);
  const zeros = reserve(rows * width * 4);
  const tokens = new Float32Array(memory.buffer, x, rows * width);

  /** to = linear(from), for `count` rows. */
  function apply(linear: Packed, from: number, to: number, count: number): void {
    kernels.quantise(from, numbers, scales, count, linear.inputs);
    kernels.multiply(numbers, scales, linear.weight, linear.scale, linear.bias, to, count, linear.outputs, linear.inputs);
  }

  return {
    limit,
    logit(ids, second) {
      const count = ids.length;
      if (count < 1 || count > limit) throw new RangeError(`The judge reads 1 to ${limit} tokens, not ${count}.`);
      const padded = Math.ceil(count / 4) * 4;
      embed(model, ids, second, tokens);
      tokens.fill(0, count * width, padded * width);
      kernels.norm(x, zeros, norm.gamma, norm.beta, padded, width);

      for (const layer of stack) {
        apply(layer.query, x, wide, padded);
        kernels.attend(wide, y, scratch, count, padded, heads);
        apply(layer.attended, y, wide, padded);
        kernels.norm(x, wide, layer.norm1.gamma, layer.norm1.beta, padded, width);
        apply(layer.up, x, wide, padded);
        kernels.gelu(wide, padded * inner);
        apply(layer.down, wide, y, padded);
        kernels.norm(x, y, layer.norm2.gamma, layer.norm2.beta, padded, width);
      }
      return decide(model, tokens, count);
    },
  };
}

/** Writes word + position + side of each token. */
function embed({ words, positions, sides, width }: JudgeModel, ids: readonly number[], second: number, to: Float32Array): void {
  for (const [at, id] of ids.entries()) {
    if (!(id >= 0 && id < words.rows)) throw new RangeError(`The judge knows ${words.rows} tokens, and ${id} is none.`);
    const side = at < second ? 0 : width;
    const wordScale = words.scale[id]!;
    const positionScale = positions.scale[at]!;
    for (let i = 0; i < width; i++) {
      to[at * width + i] = words.weight[id * width + i]! * wordScale + positions.weight[at * width + i]! * positionScale + sides[side + i]!;
    }
  }
}

/** The first token's vector and the mean of all, through one layer, to one number. */
function decide({ pool, decide: last, width }: JudgeModel, tokens: Float32Array, count: number): number {
  const both = new Float64Array(2 * width);
  for (let i = 0; i < width; i++) {
    both[i] = tokens[i]!;
    let sum = 0;
    for (let at = i; at < count * width; at += width) sum += tokens[at]!;
    both[width + i] = sum / count;
  }
  let logit = last.bias;
  for (let output = 0; output < pool.outputs; output++) {
    let sum = 0;
    for (let input = 0, at = output * pool.inputs; input < pool.inputs; input++, at++) sum += pool.weight[at]! * both[input]!;
    logit += last.weight[output]! * Math.tanh(sum * pool.scale[output]! + pool.bias[output]!);
  }
  return logit;
}

/** Takes memory from the start on, at multiples of 64, and grows it. */
function reserving(memory: WasmMemory): (bytes: number) => number {
  let end = 64;
  return (bytes) => {
    const at = end;
    end += Math.ceil(bytes / 64) * 64;
    // Inner loops may look one vector ahead: a page more than needed.
    const missing = end + PAGE - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.max(Math.ceil(missing / PAGE), 64));
    return at;
  };
}
