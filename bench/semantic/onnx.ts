import type { JudgeModel, Linear, Norm } from '../../src/semantic/model/judge-model.ts';

/**
 * The judge's network as an ONNX file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), from the weights as they are shipped, for
 * runtimes to be measured against. `int8`: products as ONNX Runtime's dynamic quantisation has them, inputs in 8 bits; `float`:
 * weights and all else in 32-bit floats. Inputs `ids` and `sides` (int64, 1 x tokens), output `logit`.
 */
export function asOnnx(model: JudgeModel, products: 'int8' | 'float'): Uint8Array {
  const nodes: Uint8Array[] = [];
  const tensors: Uint8Array[] = [];
  const { width, heads } = model;

  const tensor = (name: string, type: Type, shape: readonly number[], data: ArrayBufferView): string => {
    tensors.push(joined([...shape.map((size) => number(1, size)), number(2, TYPES[type]), text(8, name), bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]));
    return name;
  };
  const floats = (name: string, values: Float32Array, shape: readonly number[] = [values.length]): string => tensor(name, 'float', shape, values);
  const whole = (name: string, ...values: number[]): string => tensor(name, 'int64', [values.length], BigInt64Array.from(values.map(BigInt)));
  const node = (type: string, inputs: readonly string[], outputs: readonly string[], { domain = '', ...attributes }: Attributes = {}): string => {
    const set = Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value as number)));
    nodes.push(joined([...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, type), ...set, ...(domain === '' ? [] : [text(7, domain)])]));
    return outputs[0]!;
  };
  const table = (name: string, { rows, weight, scale }: { rows: number; weight: Int8Array; scale: Float32Array }): string =>
    floats(name, Float32Array.from(weight, (value, at) => value * scale[Math.floor(at / width)]!), [rows, width]);

  /** A product with its bias. The file has a row for each output, ONNX a column. */
  function linear(name: string, input: string, { outputs, inputs, weight, scale, bias }: Linear): string {
    if (products === 'float') {
      const turned = new Float32Array(weight.length);
      for (let output = 0; output < outputs; output++) for (let at = 0; at < inputs; at++) turned[at * outputs + output] = weight[output * inputs + at]! * scale[output]!;
      const product = node('MatMul', [input, floats(`${name}.w`, turned, [inputs, outputs])], [`${name}.product`]);
      return node('Add', [product, floats(`${name}.b`, bias)], [`${name}.out`]);
    }
    const turned = new Int8Array(weight.length);
    for (let output = 0; output < outputs; output++) for (let at = 0; at < inputs; at++) turned[at * outputs + output] = weight[output * inputs + at]!;
    const all = [input, tensor(`${name}.w`, 'int8', [inputs, outputs], turned), floats(`${name}.s`, scale), tensor(`${name}.z`, 'int8', [outputs], new Int8Array(outputs)), floats(`${name}.b`, bias)];
    return node('DynamicQuantizeMatMul', all, [`${name}.out`], MICROSOFT);
  }
  const norm = (name: string, input: string, rest: string, { gamma, beta }: Norm): string =>
    node('SkipLayerNormalization', [input, rest, floats(`${name}.g`, gamma), floats(`${name}.be`, beta)], [name], { ...MICROSOFT, epsilon: EPSILON });

  const length = node('Gather', [node('Shape', ['ids'], ['shape']), whole('one', 1)], ['length']);
  const places = node('Slice', [table('positions', model.positions), whole('from', 0), length, whole('axis', 0)], ['places']);
  const words = node('Gather', [table('words', model.words), 'ids'], ['words.of']);
  const sides = node('Gather', [floats('sides.table', model.sides, [2, width]), 'sides'], ['sides.of']);
  const sum = node('Add', [node('Add', [words, sides], ['both']), places], ['sum']);
  let x = node('LayerNormalization', [sum, floats('norm.g', model.norm.gamma), floats('norm.be', model.norm.beta)], ['x'], { axis: -1, epsilon: EPSILON });
  for (const [at, layer] of model.layers.entries()) {
    const name = (part: string): string => `layer${at}.${part}`;
    linear(name('query'), x, layer.query);
    node('Split', [name('query.out')], [name('q'), name('k'), name('v')], { axis: -1, num_outputs: 3 });
    const mixed = node('MultiHeadAttention', [name('q'), name('k'), name('v')], [name('mixed')], { ...MICROSOFT, num_heads: heads });
    const attended = norm(name('norm1'), linear(name('attended'), mixed, layer.attended), x, layer.norm1);
    const up = node('Gelu', [linear(name('up'), attended, layer.up)], [name('gelu')], MICROSOFT);
    x = norm(name('norm2'), linear(name('down'), up, layer.down), attended, layer.norm2);
  }
  const first = node('Gather', [x, tensor('zero', 'int64', [], BigInt64Array.of(0n))], ['first'], { axis: 1 });
  const mean = node('ReduceMean', [x, whole('tokens', 1)], ['mean'], { keepdims: 0 });
  const pool = linear('pool', node('Concat', [first, mean], ['pair'], { axis: -1 }), model.pool);
  const decided = node('MatMul', [node('Tanh', [pool], ['tanh']), floats('decide', model.decide.weight, [width, 1])], ['decided']);
  node('Add', [decided, floats('decide.b', Float32Array.of(model.decide.bias))], ['logit']);

  const graph = joined([
    ...nodes.map((each) => bytes(1, each)), text(2, 'judge'), ...tensors.map((each) => bytes(5, each)),
    bytes(11, input('ids', 'int64')), bytes(11, input('sides', 'int64')), bytes(12, input('logit', 'float')),
  ]);
  return joined([number(1, 9), bytes(7, graph), bytes(8, joined([text(1, ''), number(2, 18)])), bytes(8, joined([text(1, MICROSOFT.domain), number(2, 1)]))]);
}

const EPSILON = 1e-12;
/** Operators that ONNX Runtime has besides those of the standard. */
const MICROSOFT = { domain: 'com.microsoft' } as const;
type Attributes = { readonly domain?: string; readonly epsilon?: number; readonly axis?: number; readonly num_outputs?: number; readonly num_heads?: number; readonly keepdims?: number };

type Type = keyof typeof TYPES;
const TYPES = { float: 1, int8: 3, int64: 7 } as const;

// Protocol Buffers (https://protobuf.dev/programming-guides/encoding/): a tag of field and wire type before every value.
const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;

function varint(value: bigint): number[] {
  const all: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...all, Number(rest)];
    all.push(Number(rest & 127n) | 128);
  }
}
const tag = (field: number, wire: number): number[] => varint(BigInt((field << 3) | wire));
const number = (field: number, value: number): Uint8Array => Uint8Array.from([...tag(field, VARINT), ...varint(BigInt(value))]);
const bytes = (field: number, value: Uint8Array): Uint8Array => joined([Uint8Array.from([...tag(field, LENGTH), ...varint(BigInt(value.length))]), value]);
const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value));
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** An AttributeProto: a float, of those named so, or a whole number. */
function attribute(name: string, value: number): Uint8Array {
  if (name !== 'epsilon') return joined([text(1, name), number(3, value), number(20, 2)]);
  return joined([text(1, name), Uint8Array.from([...tag(2, FIXED32), ...new Uint8Array(Float32Array.of(value).buffer)]), number(20, 1)]);
}

/** A ValueInfoProto of one row and any number of columns. */
function input(name: string, type: Type): Uint8Array {
  const shape = joined([bytes(1, number(1, 1)), bytes(1, text(2, 'n'))]);
  return joined([text(1, name), bytes(2, bytes(1, joined([number(1, TYPES[type]), bytes(2, shape)])))]);
}
