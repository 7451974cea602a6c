import { describe, expect, it } from 'vitest';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { EMBEDDER_SPECS, openEmbedder } from '../../src/embedders/open.ts';
import { base64, never, reply, serve, vectorOf } from './server.ts';

const env = { OPENAI_API_KEY: 'key-of-openai', TEAM_KEY: 'key-of-team' };

describe('an embedder named by a text', () => {
  it.each([
    ['openai:text-embedding-3-small', 'openai:text-embedding-3-small'],
    ['openai:text-embedding-3-large?dimensions=256', 'openai:text-embedding-3-large:256'],
    ['openai+http://127.0.0.1:8000/v1?model=BAAI/bge-m3', 'openai:BAAI/bge-m3@http://127.0.0.1:8000/v1'],
    ['ollama:nomic-embed-text:v1.5', 'ollama:nomic-embed-text:v1.5'],
    ['ollama:hf.co/user/model:Q4_K_M', 'ollama:hf.co/user/model:Q4_K_M'],
    ['ollama+http://127.0.0.1:11435?model=all-minilm', 'ollama:all-minilm'],
    ['transformers:Xenova/all-MiniLM-L6-v2?dtype=q8&pooling=cls', 'transformers:Xenova/all-MiniLM-L6-v2:main:q8:cls'],
  ])('%s', (spec, fingerprint) => {
    expect(openEmbedder(spec, { env })!.fingerprint).toBe(fingerprint);
  });

  it('is none when it is the bundled one', () => {
    expect(openEmbedder('bundled')).toBeUndefined();
  });

  it('is the one that is given', () => {
    const embedder = functionEmbedder({ embed: () => [], fingerprint: 'f' });

    expect(openEmbedder(embedder)).toBe(embedder);
  });

  it('goes to the address with the key that is named for it', async () => {
    const server = await serve(({ body }, response) =>
      reply(response, { data: (body.input as string[]).map((text, index) => ({ index, embedding: base64(vectorOf(text)) })) }));

    await openEmbedder(`openai+${server.url}/v1?model=m&batch-size=2&longest=100`, { env })!.embed(['a'], never);
    const embedder = openEmbedder(`openai+${server.url}/v1?model=m&api-key-env=TEAM_KEY&batch-size=2&longest=100`, { env })!;
    await embedder.embed(['a'], never);

    expect(server.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/embeddings', undefined],
      ['/v1/embeddings', 'Bearer key-of-team'],
    ]);
    expect([embedder.batchSize, embedder.longest]).toEqual([2, 100]);
  });

  it.each(['', 'openai', 'openi:m', 'openai://127.0.0.1/v1', 'ftp://127.0.0.1', 'openai+ftp://127.0.0.1?model=m', 'ollama:', 'openai+http://127.0.0.1/v1', 'toString:m'])(
    'is refused when it names none, and what can be named is listed: %j',
    (spec) => {
      expect(() => openEmbedder(spec, { env })).toThrow(EMBEDDER_SPECS.join(', '));
    },
  );

  it('is refused with options that it does not have, or that cannot be used', () => {
    expect(() => openEmbedder('openai:m?dimension=3', { env })).toThrow('without `dimension`');
    expect(() => openEmbedder('transformers:m?dimensions=3', { env })).toThrow('without `dimensions`');
    expect(() => openEmbedder('ollama:m?api-key-env=TEAM_KEY', { env })).toThrow('without `api-key-env`');
    expect(() => openEmbedder('openai:m?dimensions=few', { env })).toThrow('embedder.dimensions');
    expect(() => openEmbedder('transformers:m?pooling=max', { env })).toThrow('one of mean, cls, last_token');
    expect(() => openEmbedder({} as never)).toThrow('an embedder, or one of');
  });

  it('is refused without its key, which is named, and shows no password', () => {
    expect(() => openEmbedder('openai:m', { env: {} })).toThrow('OPENAI_API_KEY');
    expect(() => openEmbedder('openai+http://127.0.0.1/v1?model=m&api-key-env=NOPE', { env })).toThrow('NOPE');
    expect(() => openEmbedder('openai+http://me:hunter2@127.0.0.1/v1?model=m', { env })).toThrow(/^(?!.*hunter2)/s);
    expect(() => openEmbedder('opnai+http://me:hunter2@127.0.0.1/v1?model=hunter3', { env })).toThrow(/^(?!.*hunter)/s);
  });
});
