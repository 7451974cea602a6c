import { describe, expect, it } from 'vitest';
import type { LabelledPair } from '../../scripts/eval/groups.ts';
import { resultOf } from '../../scripts/eval/results.ts';
import { measure, type Row } from '../../scripts/eval/systems.ts';
import { tinyModel } from './tiny-model.ts';

const set = { name: 'own', title: 'Own', pairs: () => [] };

const row = (id: string, given: Partial<Row>): Row =>
  ({ id, label: 0, kind: 'number', theme: 'files', end: 'judged apart', comparable: 0.1, probability: 0.1, similarity: 0.5, vetoes: [], ...given });

describe('a measured set', () => {
  const model = tinyModel();

  it('tells of every pair where it ends in a cache, whatever guards and judge say', async () => {
    const pairs = ([
      ['open the files', 'Open the files.'],
      ['how do i open the files', 'open the files today'],
      ['how do i open the files', 'dark mode on'],
      ['how do i open the files', 'how do i close the files'],
      ['how do i turn on the dark mode', 'open the dark mode'],
    ] as const).map(([a, b], at): LabelledPair => ({ id: String(at), a, b, label: 0, kind: 'entity', theme: 'files' }));

    const { rows, threshold } = await measure(set, pairs, model, () => {});

    expect(rows.map(({ end }) => end)).toEqual(['served', 'not looked up', 'not found', 'vetoed', 'judged apart']);
    expect(rows.map(({ vetoes }) => vetoes)).toEqual([[], [], [], ['antonyms'], []]);
    expect(rows[0]!.comparable).toBe(1);
    expect(rows[3]!.comparable).toBeLessThan(rows[3]!.probability);
    expect(threshold).toBe(0.5);
  });

  it('shows what each part brings: guards, judge, vectors', () => {
    const rows = [
      row('1', { label: 1, kind: 'same', end: 'served', comparable: 0.9, probability: 0.9, similarity: 0.4 }),
      row('2', { label: 1, kind: 'same', end: 'vetoed', comparable: 0.04, probability: 0.8, vetoes: ['names'] }),
      row('3', { end: 'vetoed', comparable: 0.03, probability: 0.6, similarity: 0.9, vetoes: ['numbers', 'units'] }),
      row('4', { kind: 'role', end: 'served', comparable: 0.7, probability: 0.7 }),
      row('5', { end: 'vetoed', comparable: 0.01, probability: 0.2, vetoes: ['numbers'] }),
    ];

    const { systems, guards, kinds, ends } = resultOf(set, { judge: 'j', threshold: 0.5, rows }, []);

    expect(systems.map(({ name, figures: { hits, falseHits } }) => [name, hits?.count, falseHits?.count])).toEqual([
      ['Reprise (guards and judge)', 1, 1], ['judge alone', 2, 2], ['static vectors alone (cosine)', undefined, undefined],
    ]);
    expect(guards).toEqual([
      { guard: 'numbers', different: 2, differentSaved: 1, same: 0, sameLost: 0 },
      { guard: 'units', different: 1, differentSaved: 1, same: 0, sameLost: 0 },
      { guard: 'names', different: 0, differentSaved: 0, same: 1, sameLost: 1 },
    ]);
    expect(kinds.map(({ kind, falseHits }) => [kind, falseHits.count, falseHits.of])).toEqual([['role', 1, 1], ['number', 0, 2]]);
    expect(ends).toMatchObject({ served: { same: 1, different: 1 }, vetoed: { same: 1, different: 2 } });
  });
});
