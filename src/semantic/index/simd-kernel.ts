import { webAssembly, type WasmModule } from '../../base/webassembly.ts';
import type { Kernel } from './kernel.ts';
import type { BlockLink, Layout } from './layout.ts';
import { inWebAssembly } from './memory.ts';
import { BASE64 } from './wasm/scan-wasm.ts';

let compiled: WasmModule | false | undefined;

/** The kernel in WebAssembly, or `undefined` where the engine has no WebAssembly or not its (relaxed) SIMD instructions. */
export function simdKernel(layout: Layout): Kernel | undefined {
  compiled ??= compile();
  if (!compiled || !webAssembly) return undefined;
  const { memory, views } = inWebAssembly(webAssembly);
  const { exports } = new webAssembly.Instance(compiled, { index: { memory, width: layout.width, extent: layout.extentBytes } });
  const scan = exports['scan'] as (link: number, quads: number, limit: number) => number;
  return {
    name: 'simd',
    memory: views,
    slotsAtOnce: Math.ceil(2_000_000 / layout.dimensions),
    scan: (link: BlockLink, quads: number, limit: number) => scan(link, quads, limit) >>> 0,
  };
}

function compile(): WasmModule | false {
  const bytes = Buffer.from(BASE64, 'base64');
  return webAssembly?.validate(bytes) === true ? new webAssembly.Module(bytes) : false;
}
