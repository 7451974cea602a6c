import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { developmentGroups, type Group, inDevelopment, pairsOf, themeOf } from '../../scripts/eval/groups.ts';
import { closenessOf, LENGTH, longPrompts, wordsOf } from '../../scripts/eval/long-prompts.ts';
import { sampled, setsOf } from '../../scripts/eval/sets.ts';
import { isTimeBound } from '../../src/flow/time-bound/time-bound.ts';
import { isPersonal } from '../../src/semantic/personal.ts';

const group: Group = {
  id: 'x-0001', domain: 'files', q: 'q',
  same: ['s1', 's2', 's3'],
  different: [{ text: 'd1', kind: 'number' }, { text: 'd2', kind: 'entity' }, { text: 'd3', kind: 'role' }, { text: 'd4', kind: 'unit' }],
};

describe('the authored groups of an evaluation', () => {
  it('are those that training leaves out: by their own word, else by the hash that the recipe takes', () => {
    // As models/recipe/corpora.py has it of the file authored-a.
    const first = ['a-0002', 'a-0010', 'a-0016', 'a-0019', 'a-0021', 'a-0022', 'a-0024', 'a-0031', 'a-0036', 'a-0042', 'a-0046', 'a-0048'];
    const ids = Array.from({ length: 48 }, (_, at) => `a-${String(at + 1).padStart(4, '0')}`);

    expect(ids.filter((id) => inDevelopment({ id }))).toEqual(first);
    expect(inDevelopment({ id: 'a-0001', split: 'dev' })).toBe(true);
    expect(inDevelopment({ id: 'a-0002', split: 'train' })).toBe(false);
  });

  it('are read of every file of their kind', () => {
    const groups = developmentGroups('authored');

    expect(new Set(groups.map(({ id }) => themeOf(id))).size).toBe(6);
    expect(groups.map(({ id }) => themeOf(id))).not.toContain('other');
    expect(groups.length).toBeGreaterThan(400);
    expect(developmentGroups('conversations').every(({ q }) => Array.isArray(q))).toBe(true);
  });

  it('are as many as the page of the benchmark says', () => {
    const page = readFileSync(new URL('../../models/data/README.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
    const groups = developmentGroups('authored');
    const pairs = groups.flatMap(pairsOf);
    const count = (label: 0 | 1) => pairs.filter((pair) => pair.label === label).length.toLocaleString('en');

    expect(page).toContain(`${groups.length} groups of prompts (${count(1)} pairs that one answer serves, ${count(0)} that look alike`);
    expect(page).toContain(`and ${developmentGroups('conversations').length} of conversations`);
  });

  it('give all six pairs of the same and all sixteen of the different, each named once', () => {
    const pairs = pairsOf(group);

    expect(pairs.filter(({ label }) => label === 1).map(({ a, b }) => `${String(a)} ${String(b)}`)).toEqual(['q s1', 'q s2', 'q s3', 's1 s2', 's1 s3', 's2 s3']);
    expect(pairs.filter(({ label }) => label === 0)).toHaveLength(16);
    expect(pairs.filter(({ kind }) => kind === 'unit').map(({ a, b }) => `${String(a)} ${String(b)}`)).toEqual(['q d4', 's1 d4', 's2 d4', 's3 d4']);
    expect(new Set(pairs.map(({ id }) => id)).size).toBe(22);
    expect(pairs[0]!.id).toBe('x-0001-00');
  });
});

describe('the long prompts of an evaluation', () => {
  const groups = developmentGroups('authored').slice(0, 60);
  const pairs = longPrompts(groups);

  it('are made anew as they were', () => {
    expect(longPrompts(groups)).toEqual(pairs);
  });

  it('are of 100 to 500 words and marks, of both labels, and none that a cache would not look up', () => {
    const texts = pairs.flatMap(({ a, b }) => [a as string, b as string]);
    const lengths = texts.map((text) => wordsOf(text).length);

    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(LENGTH.least);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LENGTH.most);
    expect(texts.filter((text) => isTimeBound(text) || isPersonal(text))).toEqual([]);
    expect(pairs.filter(({ label }) => label === 1).length).toBeGreaterThan(15);
    expect(pairs.filter(({ label }) => label === 0).length).toBeGreaterThan(40);
  });

  it('differ in their middle only', () => {
    for (const { a, b } of pairs as { a: string; b: string }[]) {
      const begins = [...a].findIndex((sign, at) => sign !== b[at]);
      const ends = [...a].reverse().findIndex((sign, at) => sign !== b.at(-1 - at));

      expect(a).not.toBe(b);
      expect(begins).toBeGreaterThan(a.length * 0.1);
      expect(ends).toBeGreaterThan(a.length * 0.1);
    }
  });

  it('are nearly word for word the same where a fact is changed', () => {
    const changed = pairs.filter(({ label }) => label === 0);

    expect(Math.min(...changed.map(({ a, b }) => closenessOf(a as string, b as string)))).toBeGreaterThan(0.8);
  });

  it('have an order of words in which they agree', () => {
    expect(closenessOf('how do I open it', 'how do I close it')).toBeCloseTo(0.8, 9);
    expect(closenessOf('a b', 'b a')).toBe(0.5);
    expect(closenessOf('', '')).toBe(1);
  });
});

describe('the sets of an evaluation', () => {
  it('are the own ones, and others where their folder is given', () => {
    expect(setsOf(undefined).map(({ name }) => name)).toEqual(['authored', 'long', 'conversations', 'conversations-judged']);
  });

  it('are complete, or it is said which is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-eval-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'qqp-dev.jsonl'), '');

    expect(() => setsOf(folder)).toThrow('langcache-prompts-dev.jsonl');
  });

  it('are thinned evenly', () => {
    expect(sampled([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
    expect(sampled([0, 1], 4)).toEqual([0, 1]);
    expect(sampled([0, 1])).toEqual([0, 1]);
  });
});
