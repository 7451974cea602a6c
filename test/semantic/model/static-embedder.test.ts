import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../../src/base/json.ts';
import { knowledgeOf } from '../../../src/semantic/model/known-text.ts';
import { createStaticEmbedder } from '../../../src/semantic/model/static-embedder.ts';
import { readVocabulary } from '../../../src/semantic/model/vocabulary.ts';
import { wordpiece } from '../../../src/semantic/model/wordpiece.ts';
import { normalForm } from '../../../src/semantic/normal-form.ts';
import { OTHER_LANGUAGES, SHORT_ENGLISH } from './short-questions.ts';
import { expected, tinyBytes, tinyFile } from './tiny.ts';

const files = () => ({ weights: tinyFile('static.bin'), vocabulary: tinyFile('vocabulary.txt') });

describe('the static embedder', async () => {
  const embedder = await createStaticEmbedder({ load: files });

  it('adds up the vectors of the pieces, to length 1, as PyTorch does', () => {
    const { text, vector } = expected().static;

    const embedded = embedder.embed(text);

    expect(embedded).toHaveLength(128);
    for (const [at, value] of embedded.entries()) expect(value).toBeCloseTo(vector[at]!, 5);
  });

  it('gives a vector of length 1 or 0, and no other number, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const length = Math.hypot(...embedder.embed(text));
      expect(Math.abs(length - Math.round(length))).toBeLessThan(1e-5);
      expect(Math.round(length)).toBeLessThanOrEqual(1);
    }));
    expect(embedder.embed('   ').every((value) => value === 0)).toBe(true);
  });

  it('has a fingerprint of name, dimensions and contents', async () => {
    const other = tinyBytes('static.bin');

    expect(embedder.fingerprint).toMatch(/^reprise-static-128:[0-9a-f]{16}$/);
    expect((await createStaticEmbedder({ load: () => ({ ...files(), weights: other }) })).fingerprint).toBe(embedder.fingerprint);
  });

  it.each<[string, () => Parameters<typeof createStaticEmbedder>[0]['load'], string]>([
    ['missing', () => () => ({ ...files(), weights: tinyFile('none.bin') }), 'cannot be read'],
    ['damaged', () => () => {
      const weights = tinyBytes('static.bin');
      weights[2000]! ^= 4;
      return { ...files(), weights };
    }, 'is damaged'],
    ['those of the judge', () => () => ({ ...files(), weights: tinyFile('judge.bin') }), 'of the kind "judge"'],
    ['not made for the vocabulary', () => () => ({ ...files(), vocabulary: toBytes('[UNK]\n[CLS]\n[SEP]\n') }), 'is not the vocabulary'],
  ])('refuses files that are %s', async (_, load, why) => {
    await expect(createStaticEmbedder({ load: load() })).rejects.toMatchObject({ code: 'MODEL_UNUSABLE', message: expect.stringContaining(why) as string });
  });
});

describe('what the model knows', async () => {
  const { vocabulary } = JSON.parse(readFileSync(new URL('wordpiece-ids.json', import.meta.url), 'utf8')) as { vocabulary: string };
  const tokenizer = wordpiece(await readVocabulary(toBytes(vocabulary.replaceAll(' ', '\n'))));
  const knows = (text: string) => knowledgeOf(text, tokenizer);

  it.each([
    'How do I turn on dark mode?',
    'how can I enable DARK mode',
    "What's the difference between TCP and UDP?",
    'Convert 3.5 km to miles, please.',
    'How do I say "danke schön" in English?',
    'where is the café in Zürich',
  ])('knows English: %s', (text) => {
    expect(knows(text)).toMatchObject({ known: true });
  });

  it.each([
    ['Wie schalte ich den Dunkelmodus ein?', 'language'],
    ['Comment activer le mode sombre ?', 'language'],
    ['¿Cómo activo el modo oscuro?', 'language'],
    ['Come attivo la modalità scura?', 'language'],
    ['Como ativo o modo escuro?', 'language'],
    ['Hoe zet ik de donkere modus aan?', 'language'],
    ['Jak włączyć tryb ciemny?', 'language'],
    ['Как включить тёмный режим?', 'script'],
    ['如何打开深色模式？', 'script'],
    ['How do I say «где находится библиотека»', 'script'],
    ['कैसे', 'script'],
    ['12:30 ?!', 'no words'],
    ['', 'no words'],
  ])('does not know %s', (text, reason) => {
    expect(knows(text)).toMatchObject({ known: false, reason });
  });
});

describe('what the model that ships knows', async () => {
  const tokenizer = wordpiece(await readVocabulary(readFileSync(new URL('../../../models/shipped/vocabulary.txt', import.meta.url))));
  const knows = (text: string) => knowledgeOf(text, tokenizer).known;

  it.each(SHORT_ENGLISH)('is English in few words: %s', (text) => {
    expect(knows(text)).toBe(true);
  });

  it.each(OTHER_LANGUAGES)('is not another language: %s', (text) => {
    expect([knows(text), knows(normalForm(text))]).toEqual([false, false]);
  });
});
