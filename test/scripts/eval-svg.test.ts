import { describe, expect, it } from 'vitest';
import { plotsOf } from '../../scripts/eval/plots.ts';
import { figuresOf, type Scored } from '../../scripts/eval/figures.ts';
import type { SetResult } from '../../scripts/eval/results.ts';
import { type Plot, svg } from '../../scripts/eval/svg.ts';

const plot: Plot = {
  title: 'Hits & misses',
  x: { title: 'false hits', scale: 'log', from: 0.1, to: 10, ticks: [0.1, 1, 10] },
  y: { title: 'hits', scale: 'linear', from: 0, to: 100, ticks: [0, 50, 100] },
  lines: [{ name: 'ours', points: [[0.1, 0], [1, 50], [10, 100]], mark: [1, 50] }, { name: 'theirs <old>', points: [[0.01, 20], [99, 20]], faint: true }],
};

const attributes = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!);

describe('a plot', () => {
  it('says in words what it shows: title, axes with their marks, legend', () => {
    const texts = attributes(svg(plot), /<text[^>]*>([^<]*)<\/text>/g);

    expect(texts).toEqual(['Hits &#38; misses', '0.1', '1', '10', '0', '50', '100', 'false hits', 'hits', 'ours', 'theirs &#60;old&#62;', 'as shipped, or at the shipped threshold']);
  });

  it('puts points where the axes say, logarithmic ones by their factors, and what lies beyond at the edge', () => {
    const [ours, theirs] = attributes(svg(plot), /<polyline[^>]* points="([^"]*)"/g);

    expect(ours).toBe('72,392 384,222 696,52');
    expect(theirs).toBe('72,324 696,324');
  });

  it('is well formed, and has colours for light and for dark pages', () => {
    const text = svg(plot);

    const open: string[] = [];
    for (const [, close, name, self] of text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self) open.push(name!);
    }
    expect(open).toEqual([]);
    expect(text).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('the plots of a set', () => {
  const scored: Scored[] = Array.from({ length: 100 }, (_, at) => ({ label: at % 2 as 0 | 1, score: at / 100, hit: at > 90 }));
  const set = (name: string): SetResult => ({
    name, title: 'Authored prompts', ends: {} as SetResult['ends'], guards: [], kinds: [], themes: [],
    systems: ['Reprise', 'judge alone', 'cosine', 'another'].map((system) => ({ name: system, figures: figuresOf(scored) })),
  });

  it('are one of hits against false hits, with every system, and one of calibration', () => {
    const plots = plotsOf(set('authored'));

    expect(Object.keys(plots)).toEqual(['authored-hits.svg', 'authored-calibration.svg']);
    expect(attributes(plots['authored-hits.svg']!, /<polyline/g)).toHaveLength(4);
    expect(attributes(plots['authored-hits.svg']!, /(<circle class="mark s)/g)).toHaveLength(4);
    expect(plots['authored-calibration.svg']).toContain(`Reprise, ECE ${figuresOf(scored).ece.toFixed(3)}`);
  });

  it('are none for sets that are not worth a picture', () => {
    expect(plotsOf(set('mqp-dev'))).toEqual({});
  });
});
