import { webAssembly, type WasmMemory } from '../../base/webassembly.ts';
import { BASE64 as LAYERS } from './wasm/layers-wasm.ts';
import { BASE64 as MATMUL } from './wasm/matmul-wasm.ts';

/**
 * What runs in WebAssembly. Addresses and counts are in bytes, rows and numbers; `wasm/layers.wat` and `wasm/matmul.wat` say what each
 * function does.
 */
export interface Kernels {
  norm(x: number, residual: number, gamma: number, beta: number, rows: number, width: number): void;
  quantise(from: number, to: number, scales: number, rows: number, width: number): void;
  gelu(x: number, count: number): void;
  attend(qkv: number, out: number, scratch: number, tokens: number, rows: number, heads: number): void;
  pack(from: number, to: number, outputs: number, inputs: number): void;
  multiply(a: number, scales: number, w: number, weightScales: number, biases: number, out: number, m: number, n: number, k: number): void;
}

/** Loads the functions, with a memory of one page to work in. Throws where the engine has no WebAssembly, or none with SIMD. */
export function loadKernels(): { kernels: Kernels; memory: WasmMemory } {
  const sources = [LAYERS, MATMUL].map((base64) => Buffer.from(base64, 'base64'));
  if (!webAssembly || !sources.every((source) => webAssembly?.validate(source))) {
    throw new Error('The bundled judge needs WebAssembly with SIMD, which this JavaScript engine does not have.');
  }
  const { Memory, Module, Instance } = webAssembly;
  const memory = new Memory({ initial: 1 });
  const exports = sources.map((source) => new Instance(new Module(source), { env: { memory } }).exports);
  return { kernels: Object.assign({}, ...exports) as Kernels, memory };
}
