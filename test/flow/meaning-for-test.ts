import { systemClock } from '../../src/base/clock.ts';
import { functionEmbedder } from '../../src/embedders/function.ts';
import type { CacheOptions } from '../../src/options.ts';
import { functionJudge } from '../../src/semantic/judges/function-judge.ts';
import type { SemanticOptions } from '../../src/semantic/semantic-options.ts';
import '../../src/semantic/assemble.ts';   // loaded by now, as a lookup has to be done in time
import { type PathForTest, pathForTest } from './path-for-test.ts';

const DIMENSIONS = 64;

/** Words in common make texts near: every word is a place in the vector. */
export function vectorOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0.001);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let place = 7;
    for (const letter of word) place = (place * 31 + letter.codePointAt(0)!) % DIMENSIONS;
    vector[place]! += 1;
  }
  return vector;
}

export interface MeaningForTest extends PathForTest {
  /** What the embedder was asked, text by text. */
  readonly embedded: string[];
  /** What the judge was asked. */
  readonly judged: [asked: string, stored: string][];
}

/**
 * A cache that matches by meaning, with an embedder of words and a judge that takes texts for the same if they are equal but for the words of
 * `same`, or as `judge` says.
 */
export async function meaningForTest(
  { judge = (a, b) => plain(a) === plain(b), ...semantic }: Omit<SemanticOptions, 'judge'> & { judge?: (asked: string, stored: string) => boolean | Promise<boolean> } = {},
  options: CacheOptions = {},
): Promise<MeaningForTest> {
  const embedded: string[] = [];
  const judged: [string, string][] = [];
  const path = await pathForTest({
    clock: systemClock,
    semantic: {
      minSimilarity: 0.3,
      embedder: functionEmbedder({
        fingerprint: 'words-1',
        dimensions: DIMENSIONS,
        embed(texts) {
          embedded.push(...texts);
          return texts.map(vectorOf);
        },
      }),
      judge: functionJudge(
        (asked, stored) => {
          judged.push([asked, stored]);
          return judge(asked, stored);
        },
        { fingerprint: 'plain-1', decides: true },
      ),
      ...semantic,
    },
    ...options,
  });
  return { ...path, embedded, judged };
}

/** What the judge of the tests holds for the same. */
const SAME = new Map([['enable', 'turn on'], ['activate', 'turn on'], ['can', 'do'], ['movie', 'film']]);

const plain = (text: string): string =>
  text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, '').split(/\s+/).map((word) => SAME.get(word) ?? word).join(' ');
