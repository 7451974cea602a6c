import type { WasmMemory, WebAssemblyApi } from '../../base/webassembly.ts';
import type { VectorMemory } from './kernel.ts';
import { STATE_BYTES } from './layout.ts';

const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** A memory of WebAssembly, which the engine grows where it stands: pages nobody has written to take no room. */
export function inWebAssembly(api: WebAssemblyApi): { readonly memory: WasmMemory; readonly views: VectorMemory } {
  const memory = new api.Memory({ initial: STATE_BYTES / PAGE, maximum: MOST_PAGES });
  const take = () => ({ bytes: new Uint8Array(memory.buffer), words: new Uint32Array(memory.buffer), floats: new Float32Array(memory.buffer) });
  let current = take();
  const views: VectorMemory = {
    get bytes() { return current.bytes; },
    get words() { return current.words; },
    get floats() { return current.floats; },
    reserve(bytes) {
      const pages = pagesFor(bytes, current.bytes.length / PAGE);
      if (pages === undefined) return false;
      try {
        if (pages > current.bytes.length / PAGE) {
          memory.grow(pages - current.bytes.length / PAGE);
          current = take();
        }
        return true;
      } catch {
        return false;
      }
    },
  };
  return { memory, views };
}

/** The same where there is no WebAssembly. Its views follow its length by themselves, and are slower for it. */
export function inResizableBuffer(): VectorMemory {
  const buffer = new ArrayBuffer(STATE_BYTES, { maxByteLength: MOST_PAGES * PAGE });
  return {
    bytes: new Uint8Array(buffer),
    words: new Uint32Array(buffer),
    floats: new Float32Array(buffer),
    reserve(bytes) {
      const pages = pagesFor(bytes, buffer.byteLength / PAGE);
      if (pages === undefined) return false;
      try {
        buffer.resize(pages * PAGE);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** How many pages there should be: an eighth more than there are, if any more are needed. */
function pagesFor(bytes: number, held: number): number | undefined {
  const needed = Math.ceil(bytes / PAGE);
  if (needed <= held) return held;
  return needed > MOST_PAGES ? undefined : Math.min(MOST_PAGES, Math.max(needed, held + (held >> 3)));
}
