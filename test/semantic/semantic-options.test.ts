import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../src/options.ts';
import type { SemanticOptions } from '../../src/semantic/semantic-options.ts';

describe('an option that cannot be used is refused by its own name, with what it must be', () => {
  it.each<[string, unknown, string]>([
    ['semantic', 'perhaps', "'off', 'shadow', 'on', or an object of options"],
    ['semantic', 7, "'off', 'shadow', 'on', or an object of options"],
    ['semantic', ['on'], "'off', 'shadow', 'on', or an object of options"],
    ['semantic.mode', { mode: 'perhaps' }, "'off', 'shadow' or 'on'"],
    ['semantic.maxFalseHits', { maxFalseHits: 2 }, 'a number from 0.001 to 0.2'],
    ['semantic.maxFalseHits', { maxFalseHits: NaN }, 'a number from 0.001 to 0.2'],
    ['semantic.threshold', { threshold: 92 }, 'a number from 0 to 1'],
    ['semantic.threshold', { threshold: 0.9, maxFalseHits: 0.01 }, 'left out where maxFalseHits is given'],
    ['semantic.candidates', { candidates: 0 }, 'a whole number from 1 to 64'],
    ['semantic.maxJudged', { maxJudged: 1.5 }, 'a whole number from 1 to 16'],
    ['semantic.turns', { turns: 'any' }, "'equal' or 'judged'"],
    ['semantic.judge', { judge: 'gpt' }, "'bundled', a judge, or several"],
    ['semantic.timeout', { timeout: 'soon' }, 'milliseconds'],
    ['semantic.maxIndexBytes', { maxIndexBytes: 'much' }, 'bytes'],
    ['semantic.similarity', { similarity: 0.9 }, 'left out, as there is no such option'],
  ])('%s: %j', (name, semantic, expected) => {
    const make = () => resolveOptions({ semantic: semantic as SemanticOptions });

    expect(make).toThrow(`Option \`${name}\` must be `);
    expect(make).toThrow(expected);
  });

  it('and what is left out is as the page says', () => {
    expect(resolveOptions().semantic).toMatchObject({ mode: 'off', target: { maxFalseHits: 0.01 }, turns: 'equal', normalised: true, candidates: 8, maxJudged: 2, timeout: 2000, perSecond: 100, maxIndexBytes: 512 * 1024 ** 2 });
    expect(resolveOptions({ semantic: {} }).semantic.mode).toBe('on');
    expect(resolveOptions({ semantic: 'shadow' }).semantic.mode).toBe('shadow');
  });
});
