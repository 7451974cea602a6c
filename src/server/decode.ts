import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { RequestError } from '../base/errors.ts';
import type { Bytes } from '../base/units.ts';
import { PiecesOf } from './pieces-of.ts';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
};

/** True for an encoding that has to be taken off before an answer can be recorded, and can be. */
export const isDecodable = (encoding: string | undefined): encoding is string => encoding !== undefined && encoding.trim().toLowerCase() in decoders;

/** The plain bytes of an answer that came compressed, as they come. Throws an `UpstreamError` when it breaks off. */
export function decoded(message: IncomingMessage, encoding: string | undefined): AsyncIterable<Uint8Array> {
  if (!isDecodable(encoding)) return new PiecesOf(message);
  const decoder = decoders[encoding.trim().toLowerCase()]!();
  return new PiecesOf(pipeline(message, decoder, () => undefined));
}

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const inflaters: Readonly<Record<string, Inflate>> = {
  gzip: promisify(zlib.gunzip) as Inflate,
  'x-gzip': promisify(zlib.gunzip) as Inflate,
  deflate: promisify(zlib.inflate) as Inflate,
  br: promisify(zlib.brotliDecompress) as Inflate,
  zstd: promisify(zlib.zstdDecompress) as Inflate,
};

/** The plain bytes of a compressed request, or `undefined` when they are more than `limit`. */
export async function inflate(bytes: Uint8Array, encoding: string, limit: Bytes): Promise<Uint8Array | undefined> {
  const inflater = inflaters[encoding.trim().toLowerCase()];
  if (!inflater) throw new RequestError(`The header content-encoding must be one of gzip, deflate, br, zstd, but is ${JSON.stringify(encoding)}.`);
  try {
    return await inflater(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new RequestError(`The body is not ${encoding}, as its header content-encoding says.`, { cause });
  }
}
