import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ModelFileError } from '../../base/errors.ts';

/** Where the bytes of a model file come from: a file's URL, which is read off the main thread, or the bytes themselves. */
export type FileSource = URL | Uint8Array;

/** The name of a source in errors. */
export const nameOf = (source: FileSource | string, what: string): string => {
  if (source instanceof Uint8Array) return what;
  const url = new URL(source);
  return url.protocol === 'file:' ? fileURLToPath(url) : url.href;
};

/** Reads a source. A file that is not there or cannot be read is a `ModelFileError`. */
export async function readSource(source: FileSource | string, what: string): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return ownMemory(source);
  try {
    return ownMemory(await readFile(new URL(source)));
  } catch (error) {
    throw new ModelFileError(nameOf(source, what), 'cannot be read', { cause: error });
  }
}

/** Bytes in memory that is not shared with other threads, which neither hashing nor decoding takes. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
