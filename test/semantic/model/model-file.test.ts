import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../../src/base/errors.ts';
import { toBytes, toText } from '../../../src/base/json.ts';
import { readJudge } from '../../../src/semantic/model/judge-model.ts';
import { readModelFile } from '../../../src/semantic/model/model-file.ts';
import { tinyBytes } from './tiny.ts';

const PREFIX = 48;

/** The judge's file with another header, and a hash that fits it. */
function withHeader(change: (header: Record<string, unknown> & { tensors: Record<string, Record<string, unknown>> }) => void): Uint8Array<ArrayBuffer> {
  const bytes = tinyBytes('judge.bin');
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const header = JSON.parse(toText(bytes.subarray(PREFIX, PREFIX + length))) as Parameters<typeof change>[0];
  change(header);
  const text = JSON.stringify(header);
  const padded = toBytes(text.padEnd(Math.ceil((PREFIX + text.length) / 16) * 16 - PREFIX));
  const changed = new Uint8Array([...bytes.subarray(0, PREFIX), ...padded, ...bytes.subarray(PREFIX + length)]);
  new DataView(changed.buffer).setUint32(12, padded.length, true);
  return signed(changed);
}

function signed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  bytes.set(createHash('sha256').update(bytes.subarray(PREFIX)).digest(), 16);
  return bytes;
}

describe('a model file', () => {
  it('is read from any place in memory', async () => {
    const bytes = tinyBytes('judge.bin');
    const shifted = new Uint8Array(bytes.length + 5);
    shifted.set(bytes, 5);

    const { model } = await readJudge(shifted.subarray(5));

    expect(model.layers).toHaveLength(2);
    expect(model.layers[0]!.query.weight).toHaveLength(3 * 64 * 64);
  });

  it('is refused when a single byte is another', async () => {
    await fc.assert(fc.asyncProperty(fc.nat({ max: tinyBytes('judge.bin').length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = tinyBytes('judge.bin');
      bytes[at]! ^= change;

      await expect(readJudge(bytes)).rejects.toThrow(ModelFileError);
    }), { numRuns: 200 });
  });

  it('is refused when it was cut off anywhere', async () => {
    const whole = tinyBytes('judge.bin');
    await fc.assert(fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (length) => {
      await expect(readJudge(whole.slice(0, length))).rejects.toThrow(ModelFileError);
    }), { numRuns: 100 });
  });

  it.each<[string, string, () => Uint8Array<ArrayBuffer>]>([
    ['of another version', 'version 7', () => {
      const bytes = tinyBytes('judge.bin');
      bytes[8] = 7;
      return bytes;
    }],
    ['of another kind', 'of the kind "static"', () => tinyBytes('static.bin')],
    ['without a tensor', 'no tensor layer1.up.scale', () => withHeader(({ tensors }) => delete tensors['layer1.up.scale'])],
    ['with a tensor of another shape', 'pool.weight as i8 [64, 64]', () => withHeader(({ tensors }) => (tensors['pool.weight']!.shape = [64, 64]))],
    ['with a tensor beyond its end', 'pool.weight at a place', () => withHeader(({ tensors }) => (tensors['pool.weight']!.offset = 1_000_000))],
    ['with a tensor before its start', 'pool.weight at a place', () => withHeader(({ tensors }) => (tensors['pool.weight']!.offset = -16))],
    ['with more layers than tensors', 'no tensor layer2.query.weight', () => withHeader((header) => (header.layers = 3))],
    ['with a size that is none', 'has words 0', () => withHeader((header) => (header.words = 0))],
    ['with heads that do not fit', 'has 3 heads for a width of 64', () => withHeader((header) => (header.heads = 3))],
    ['with a header that is no JSON', 'a header that cannot be read', () => {
      const bytes = tinyBytes('judge.bin');
      bytes[PREFIX] = 0;
      return signed(bytes);
    }],
    ['with a number that is none', 'a number in norm.gamma', () => {
      const bytes = withHeader(() => {});
      const length = new DataView(bytes.buffer).getUint32(12, true);
      const header = JSON.parse(toText(bytes.subarray(PREFIX, PREFIX + length))) as { tensors: Record<string, { offset: number }> };
      new DataView(bytes.buffer).setFloat32(PREFIX + length + header.tensors['norm.gamma']!.offset, Number.NaN, true);
      return signed(bytes);
    }],
  ])('is refused %s', async (_, why, bytes) => {
    await expect(readJudge(bytes(), 'a/judge.bin')).rejects.toThrow(why);
    await expect(readJudge(bytes(), 'a/judge.bin')).rejects.toMatchObject({ code: 'MODEL_UNUSABLE', path: 'a/judge.bin' });
  });

  it('is refused when it is something else altogether', async () => {
    await expect(readModelFile(toBytes('{"a":1}'.repeat(100)), 'judge', 'x')).rejects.toThrow('is no model file');
  });
});
