import { describe, expect, it, vi } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { never, vectorOf } from './server.ts';

describe('an embedder by a function', () => {
  it.each([
    ['numbers at once', (texts: readonly string[]) => texts.map(vectorOf)],
    ['Float32Arrays later', async (texts: readonly string[]) => texts.map((text) => Float32Array.from(vectorOf(text)))],
    ['Float64Arrays', (texts: readonly string[]) => texts.map((text) => Float64Array.from(vectorOf(text)))],
  ])('takes %s', async (_, embed) => {
    const embedder = functionEmbedder({ embed, fingerprint: 'mine:1' });

    const { vectors, cost } = await embedder.embed(['one', 'two'], never);

    expect(vectors.every((vector) => vector instanceof Float32Array)).toBe(true);
    expect(vectors.map((vector) => [...vector])).toEqual([vectorOf('one'), vectorOf('two')]);
    expect(cost).toBeUndefined();
  });

  it('passes on what it cost, what it knows, and that it is closed', async () => {
    const close = vi.fn();
    const embedder = functionEmbedder({
      embed: (texts) => ({ vectors: texts.map(vectorOf), cost: 0.5 }),
      fingerprint: 'mine:1',
      dimensions: 8,
      knows: (text) => ({ known: text !== 'bonjour' }),
      close,
    });

    expect((await embedder.embed(['one'], never)).cost).toBe(0.5);
    expect(embedder.dimensions).toBe(8);
    expect(embedder.knows!('bonjour')).toEqual({ known: false });
    await embedder.close!();
    expect(close).toHaveBeenCalledOnce();
  });

  it('fails with the error of the function, thrown at once or later', async () => {
    const now = functionEmbedder({ embed: () => { throw new Error('now'); }, fingerprint: 'f' });
    const later = functionEmbedder({ embed: async () => { throw new Error('later'); }, fingerprint: 'f' });

    await expect(now.embed(['a'], never)).rejects.toThrow('now');
    await expect(later.embed(['a'], never)).rejects.toThrow('later');
  });

  it('refuses to be made without a function or a fingerprint', () => {
    expect(() => functionEmbedder({ embed: undefined as never, fingerprint: 'f' })).toThrow('embedder.embed');
    expect(() => functionEmbedder({ embed: () => [], fingerprint: '' })).toThrow('embedder.fingerprint');
  });
});
