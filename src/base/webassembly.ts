/**
 * What is used of WebAssembly, typed here because the types of Node do not have it and those of browsers bring much else.
 * `undefined` where the engine has none (`node --jitless`).
 */
export const webAssembly = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;

export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => WasmInstance;
  /** Sizes are in pages of 64 KiB. */
  readonly Memory: new (size: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean }) => WasmMemory;
  validate(bytes: Uint8Array): boolean;
}

/** Compiled code, which may be handed to a worker. */
export type WasmModule = object;

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface WasmMemory {
  /** Another one after each `grow`; views of the one before are empty from then on. */
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB and gives the number there was before. Throws a `RangeError` when that many cannot be had. */
  grow(pages: number): number;
}
