import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Bytes } from '../base/units.ts';

/** Bytes above this size are worth the time it takes to compress them. */
export const COMPRESS_ABOVE: Bytes = 4096;

const level1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The bytes by zstd level 1 where they are above 4 KB and it makes them smaller by a tenth or more; else `undefined`. */
export function compressed(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.byteLength <= COMPRESS_ABOVE) return undefined;
  const small = zstdCompressSync(bytes, level1);
  return small.byteLength <= bytes.byteLength * 0.9 ? small : undefined;
}

/** Turns `compressed` back. Throws when the bytes are damaged or are not `size` bytes long; never makes more than that. */
export function decompressed(bytes: Uint8Array, size: Bytes): Uint8Array {
  const whole = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) });
  if (whole.byteLength !== size) throw new Error(`${whole.byteLength} bytes where ${size} were expected`);
  return whole;
}
