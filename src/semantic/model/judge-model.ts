import { ModelFileError } from '../../base/errors.ts';
import { type ModelFile, readModelFile } from './model-file.ts';

/** A matrix product with what belongs to it: `out = scale * (weight * in) + bias`. */
export interface Linear {
  readonly outputs: number;
  readonly inputs: number;
  /** One row of `inputs` bytes for each output. */
  readonly weight: Int8Array;
  /** What one step of an output's weights stands for. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

export interface Norm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

/** A table of vectors in bytes: `vector = scale[row] * weight[row]`. */
export interface Table {
  readonly rows: number;
  readonly weight: Int8Array;
  readonly scale: Float32Array;
}

/** The weights of the judge, a BERT encoder that reads two texts at once and gives one number. */
export interface JudgeModel {
  readonly path: string;
  /** SHA-256 of the file's contents. */
  readonly sha256: string;
  /** Numbers to a token: 384 as shipped. */
  readonly width: number;
  /** Heads of attention, 32 numbers each. */
  readonly heads: number;
  /** Numbers to a token inside the feed-forward part. */
  readonly inner: number;
  readonly words: Table;
  /** As many as an input may have tokens. */
  readonly positions: Table;
  /** The vector of the first text, then that of the second. */
  readonly sides: Float32Array;
  readonly norm: Norm;
  readonly layers: readonly { query: Linear; attended: Linear; up: Linear; down: Linear; norm1: Norm; norm2: Norm }[];
  /** From the first token's vector and the mean of all to one vector. */
  readonly pool: Linear;
  readonly decide: { readonly weight: Float32Array; readonly bias: number };
}

/** Reads the file of a judge and checks every part of it. Anything wrong is a `ModelFileError`. */
export async function readJudge(bytes: Uint8Array<ArrayBuffer>, path = 'judge'): Promise<{ file: ModelFile; model: JudgeModel }> {
  const file = await readModelFile(bytes, 'judge', path);
  // With more inputs than these a sum could leave its 32 bits: 2048 x 8191 x 127.
  const width = file.size('width', 2048);
  const heads = file.size('heads', 128);
  const inner = file.size('inner', 2048);
  if (width !== heads * 32) throw new ModelFileError(path, `has ${heads} heads for a width of ${width}, and 32 numbers a head are needed`);
  if (inner % 16) throw new ModelFileError(path, `has an inner width of ${inner}, and a multiple of 16 is needed`);

  const norm = (name: string): Norm => ({ gamma: file.floats(`${name}.gamma`, [width]), beta: file.floats(`${name}.beta`, [width]) });
  const table = (name: string, rows: number): Table => ({
    rows,
    weight: file.bytes(`${name}.weight`, [rows, width]),
    scale: file.floats(`${name}.scale`, [rows]),
  });
  const linear = (name: string, outputs: number, inputs: number): Linear => ({
    outputs,
    inputs,
    weight: file.bytes(`${name}.weight`, [outputs, inputs]),
    scale: file.floats(`${name}.scale`, [outputs]),
    bias: file.floats(`${name}.bias`, [outputs]),
  });

  const model: JudgeModel = {
    path,
    sha256: file.sha256,
    width,
    heads,
    inner,
    words: table('words', file.size('words', 1_000_000)),
    positions: table('positions', file.size('positions', 512)),
    sides: file.floats('sides', [2, width]),
    norm: norm('norm'),
    layers: Array.from({ length: file.size('layers', 64) }, (_, layer) => ({
      query: linear(`layer${layer}.query`, 3 * width, width),
      attended: linear(`layer${layer}.attended`, width, width),
      up: linear(`layer${layer}.up`, inner, width),
      down: linear(`layer${layer}.down`, width, inner),
      norm1: norm(`layer${layer}.norm1`),
      norm2: norm(`layer${layer}.norm2`),
    })),
    pool: linear('pool', width, 2 * width),
    decide: { weight: file.floats('decide.weight', [width]), bias: file.floats('decide.bias', [1])[0]! },
  };
  return { file, model };
}
