import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../../src/base/json.ts';
import { readVocabulary } from '../../../src/semantic/model/vocabulary.ts';
import { wordpiece } from '../../../src/semantic/model/wordpiece.ts';

const fromHere = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as unknown;

/** Texts of many scripts, and the ids that `models/reference_ids.py` got for them from the reference tokenizer. */
const texts = fromHere('wordpiece-texts.json') as string[];
const reference = fromHere('wordpiece-ids.json') as { vocabulary: string; ids: string[] };
const tokens = reference.vocabulary.split(' ');
const vocabularyOf = (list: readonly string[]) => readVocabulary(toBytes(`${list.join('\n')}\n`));

describe('the tokenizer', async () => {
  const tokenizer = wordpiece(await vocabularyOf(tokens));

  it('gives the ids of the reference for texts of many scripts', () => {
    const differing = texts.filter((text, at) => tokenizer.encode(text).join(' ') !== reference.ids[at]);

    expect(texts.length).toBeGreaterThan(300);
    expect(differing).toEqual([]);
  });

  it('takes a text that spells a special token as plain characters', () => {
    const { start, separator } = tokenizer.vocabulary;

    const ids = tokenizer.encode('[CLS] a [SEP] b');

    expect(ids).not.toContain(start);
    expect(ids).not.toContain(separator);
  });

  it('takes any text, and only gives ids of its vocabulary', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
      tokenizer.encode(text).every((id) => id >= 0 && id < tokens.length)));
  });

  it('gives the same ids for a text the second time, and when its words were forgotten', () => {
    const before = texts.map((text) => tokenizer.encode(text));

    for (let word = 0; word < 12_000; word++) tokenizer.encode(`word${word}`);

    expect(texts.map((text) => tokenizer.encode(text))).toEqual(before);
  });

  it('reads a very long text in a time that grows with its length alone', () => {
    const took = (text: string) => {
      const start = performance.now();
      tokenizer.encode(text);
      return performance.now() - start;
    };
    took('q'.repeat(1000));

    expect(took('q'.repeat(1_000_000))).toBeLessThan(5000);
    expect(took(`${'q'.repeat(99)} `.repeat(2_000))).toBeLessThan(5000);
  });
});

describe('the vocabulary', () => {
  it.each([
    ['without a special token', ['[PAD]', '[UNK]', '[CLS]', 'a'], 'no token [SEP]'],
    ['with a token twice', ['[UNK]', '[CLS]', '[SEP]', 'a', 'a'], 'the token "a" twice'],
    ['with an empty line', ['[UNK]', '[CLS]', '', '[SEP]'], 'an empty line 3'],
  ])('refuses a file %s', async (_, list, why) => {
    await expect(vocabularyOf(list)).rejects.toThrow(why);
  });
});
