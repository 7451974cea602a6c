import { createHash } from 'node:crypto';
import { ModelFileError } from '../../base/errors.ts';
import { isObject, type JsonObject, parseObject } from '../../base/json.ts';

/** What a shipped model file is for. */
export type ModelKind = 'judge' | 'static';

/** A shipped model file that was read and checked. `models/format.md` says what is in it. */
export interface ModelFile {
  readonly path: string;
  readonly header: JsonObject;
  /** SHA-256 of the file's contents, as lower-case hex. */
  readonly sha256: string;
  /** A whole number from 1 to `most` in the header. */
  size(name: string, most: number): number;
  /** Signed bytes; `shape` has to be as given. A view of the file. */
  bytes(name: string, shape: readonly number[]): Int8Array<ArrayBuffer>;
  /** Finite 32-bit floats; `shape` has to be as given. A view of the file. */
  floats(name: string, shape: readonly number[]): Float32Array<ArrayBuffer>;
}

const MAGIC = 'REPRISEM';
const VERSION = 1;
/** Magic, version and header length, SHA-256. */
const PREFIX = 8 + 8 + 32;
/** Tensors begin at multiples of this, in bytes. */
const ALIGNMENT = 16;

interface Tensor {
  type: 'i8' | 'f32';
  shape: readonly number[];
  offset: number;
}

/**
 * Reads and checks a model file: magic, version, kind, length, SHA-256, every tensor's place. Anything wrong is a `ModelFileError`.
 * The hash is taken a piece at a time, with a turn for the event loop in between. The bytes must not be changed afterwards.
 */
export async function readModelFile(bytes: Uint8Array<ArrayBuffer>, kind: ModelKind, path: string): Promise<ModelFile> {
  const refuse = (why: string): never => {
    throw new ModelFileError(path, why);
  };
  if (bytes.byteLength < PREFIX) refuse(`is damaged: it has ${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (String.fromCharCode(...bytes.subarray(0, 8)) !== MAGIC) refuse('is no model file');
  const version = view.getUint32(8, true);
  if (version !== VERSION) refuse(`has version ${version}, and this release reads version ${VERSION}`);
  const start = PREFIX + view.getUint32(12, true);
  if (start > bytes.byteLength) refuse('is damaged: it ends inside its header');

  const sha256 = await sha256Of(bytes.subarray(PREFIX));
  if (sha256 !== hex(bytes.subarray(16, PREFIX))) refuse('is damaged: its SHA-256 is not the one it names');
  const header = parseObject(bytes.subarray(PREFIX, start)) ?? refuse('has a header that cannot be read');
  if (header.kind !== kind) refuse(`is of the kind ${JSON.stringify(header.kind)}, and "${kind}" is needed`);

  // Views need aligned memory, which a part of a larger buffer may not be.
  const data = (bytes.byteOffset + start) % ALIGNMENT === 0 ? bytes.subarray(start) : bytes.slice(start);
  const tensors = isObject(header.tensors) ? header.tensors : refuse('names no tensors');

  function find(name: string, type: Tensor['type'], shape: readonly number[]): { offset: number; count: number } {
    const tensor = tensors[name] as Partial<Tensor> | undefined;
    const wanted = `${type} [${shape.join(', ')}]`;
    if (!isObject(tensor)) return refuse(`has no tensor ${name}`);
    const found = `${String(tensor.type)} [${Array.isArray(tensor.shape) ? tensor.shape.join(', ') : ''}]`;
    if (found !== wanted) refuse(`has ${name} as ${found}, and ${wanted} is needed`);
    const count = shape.reduce((product, each) => product * each, 1);
    const offset = Number(tensor.offset);
    const length = type === 'f32' ? count * 4 : count;
    if (!(Number.isInteger(offset) && offset >= 0 && offset % ALIGNMENT === 0 && offset + length <= data.byteLength)) {
      refuse(`has ${name} at a place that is none`);
    }
    return { offset: data.byteOffset + offset, count };
  }

  return {
    path,
    header,
    sha256,
    size(name, most) {
      const size = header[name];
      if (!(typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= most)) refuse(`has ${name} ${JSON.stringify(size)}`);
      return size as number;
    },
    bytes(name, shape) {
      const { offset, count } = find(name, 'i8', shape);
      return new Int8Array(data.buffer, offset, count);
    },
    floats(name, shape) {
      const { offset, count } = find(name, 'f32', shape);
      const floats = new Float32Array(data.buffer, offset, count);
      if (!floats.every(Number.isFinite)) refuse(`has a number in ${name} that is none`);
      return floats;
    },
  };
}

/** Refuses a vocabulary that is not the one the file was made for. */
export async function checkVocabulary(file: ModelFile, vocabulary: Uint8Array, path: string): Promise<void> {
  if (file.header.vocabulary !== await sha256Of(vocabulary)) throw new ModelFileError(path, `is not the vocabulary that ${file.path} was made for`);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** Bytes that are hashed at a time: a fraction of a millisecond. */
const PIECE = 256 * 1024;

/** `crypto.subtle` would do it elsewhere, but holds this thread longer than a piece takes only to hand the bytes over. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.byteLength; at += PIECE) {
    if (at > 0) await new Promise(setImmediate);
    hash.update(bytes.subarray(at, at + PIECE));
  }
  return hash.digest('hex');
}
