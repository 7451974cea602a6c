import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { steadyEmbedder } from '../../src/embedders/steady.ts';
import { type TransformersModule, transformersEmbedder } from '../../src/embedders/transformers.ts';
import { never, unit, vectorOf } from './server.ts';

/** Stands in for the package, as its version 4 declares it; no model can be loaded in a test. */
function standIn({ dims }: { dims?: number[] } = {}) {
  const dispose = vi.fn(async () => {});
  const asked: { texts: string[]; options: object }[] = [];
  const extract = Object.assign(
    async (texts: string[], options: object) => {
      asked.push({ texts, options });
      return { data: Float32Array.from(texts.flatMap(vectorOf)), dims: dims ?? [texts.length, 8] };
    },
    { tokenizer: { model_max_length: 4, encode: (text: string) => text.split(' ') }, dispose },
  );
  const pipeline = vi.fn(async () => extract);
  return { load: vi.fn(async (): Promise<TransformersModule> => ({ pipeline })), pipeline, dispose, asked };
}

describe('an embedder by transformers.js', () => {
  it('loads package and model with the first text, once', async () => {
    const { load, pipeline, asked } = standIn();
    const embedder = transformersEmbedder({ model: 'Xenova/all-MiniLM-L6-v2', dtype: 'q8', revision: 'abc', pooling: 'cls', load });
    expect(load).not.toHaveBeenCalled();

    const { vectors } = await embedder.embed(['one', 'two words'], never);
    await embedder.embed(['three'], never);

    expect(vectors.map((vector) => [...vector])).toEqual([vectorOf('one'), vectorOf('two words')]);
    expect(pipeline.mock.calls).toEqual([['feature-extraction', 'Xenova/all-MiniLM-L6-v2', { dtype: 'q8', revision: 'abc' }]]);
    expect(asked[0]).toEqual({ texts: ['one', 'two words'], options: { pooling: 'cls', normalize: true } });
    expect(embedder.fingerprint).toBe('transformers:Xenova/all-MiniLM-L6-v2:abc:q8:cls');
  });

  it('refuses a text that the model would be given only the beginning of, and no other', async () => {
    const { load } = standIn();
    const steady = steadyEmbedder(transformersEmbedder({ model: 'm', load }));

    const [short, long] = await Promise.allSettled([steady.embed('one two'), steady.embed('one two three four five')]);

    expect(short).toMatchObject({ value: unit(vectorOf('one two')) });
    expect(long).toMatchObject({ reason: { reason: 'text', message: 'The model m reads 4 tokens, and a text has more.' } });
  });

  it('takes a tensor of tokens for unusable', async () => {
    const { load } = standIn({ dims: [1, 2, 4] });

    await expect(transformersEmbedder({ model: 'm', load }).embed(['one'], never)).rejects.toMatchObject({ reason: 'unusable' });
  });

  // In a process of its own, as vitest resolves optional packages in a way of its own.
  it('says how to install the package', async () => {
    const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src/embedders', path));
    const program = `
      import { steadyEmbedder } from ${source('steady.ts')};
      import { transformersEmbedder } from ${source('transformers.ts')};
      const error = await steadyEmbedder(transformersEmbedder({ model: 'm' }), { timeout: '1m' }).embed('one').catch((reason) => reason);
      console.log(error.code, error.cause.code, error.message);
    `;

    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 15_000 });

    expect(stdout).toContain('EMBEDDER_FAILED PEER_MISSING');
    expect(stdout).toContain('npm install @huggingface/transformers@"^3.0.0 || ^4.0.0"');
  });

  it('frees the model it loaded, and loads none to free it', async () => {
    const { load, dispose } = standIn();
    const used = transformersEmbedder({ model: 'm', load });
    await used.embed(['one'], never);

    await used.close!();
    await transformersEmbedder({ model: 'm', load }).close!();

    expect(dispose).toHaveBeenCalledTimes(1);
    expect(load).toHaveBeenCalledTimes(1);
  });
});
