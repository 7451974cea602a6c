import { webAssembly, type WasmModule } from '../../base/webassembly.ts';
import type { Kernel, VectorMemory } from './kernel.ts';
import { type BlockLink, type Layout, STATE_BYTES } from './layout.ts';
import { BASE64 } from './wasm/scan-wasm.ts';

const PAGE = 65_536;
const MOST_PAGES = 65_536;

let compiled: WasmModule | false | undefined;

/** The kernel in WebAssembly, or `undefined` where the engine has no WebAssembly or not its (relaxed) SIMD instructions. */
export function simdKernel(layout: Layout): Kernel | undefined {
  compiled ??= compile();
  if (!compiled || !webAssembly) return undefined;
  const memory = new webAssembly.Memory({ initial: STATE_BYTES / PAGE, maximum: MOST_PAGES });
  const { exports } = new webAssembly.Instance(compiled, { index: { memory, width: layout.width, extent: layout.extentBytes } });
  const scan = exports['scan'] as (link: number, quads: number, limit: number) => number;
  return {
    name: 'simd',
    memory: growingMemory(memory),
    slotsAtOnce: Math.ceil(2_000_000 / layout.dimensions),
    scan: (link: BlockLink, quads: number, limit: number) => scan(link, quads, limit) >>> 0,
  };
}

function compile(): WasmModule | false {
  const bytes = Buffer.from(BASE64, 'base64');
  return webAssembly?.validate(bytes) === true ? new webAssembly.Module(bytes) : false;
}

/** The engine grows such a memory where it stands: pages nobody has written to take no room. */
function growingMemory(memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }): VectorMemory {
  const views = () => ({ bytes: new Uint8Array(memory.buffer), words: new Uint32Array(memory.buffer), floats: new Float32Array(memory.buffer) });
  let current = views();
  return {
    get bytes() { return current.bytes; },
    get words() { return current.words; },
    get floats() { return current.floats; },
    reserve(bytes) {
      const held = current.bytes.length / PAGE;
      const needed = Math.ceil(bytes / PAGE);
      if (needed <= held) return true;
      if (needed > MOST_PAGES) return false;
      const wished = Math.min(MOST_PAGES, Math.max(needed, held + (held >> 3)));
      try {
        memory.grow(wished - held);
      } catch {
        return false;
      }
      current = views();
      return true;
    },
  };
}
