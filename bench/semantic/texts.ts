import { developmentGroups } from '../../scripts/eval/groups.ts';

/** The same numbers every time (the generator of Lehmer, https://en.wikipedia.org/wiki/Lehmer_random_number_generator): 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

/** An authored question with what is the same in other words. */
export interface Reworded {
  readonly question: string;
  readonly same: readonly string[];
}

/** The authored questions of the development split. */
export const rewordedQuestions = (): Reworded[] =>
  developmentGroups('authored').map(({ q, same }) => ({ question: q as string, same: same as readonly string[] }));

let authored: readonly string[] | undefined;

/** Every text of the development split, those that look alike among them. */
export function authoredTexts(): readonly string[] {
  return (authored ??= developmentGroups('authored').flatMap(({ q, same, different }) => [q, ...same, ...different.map(({ text }) => text)] as string[]));
}

/** As many different questions as are wanted: the first half of one authored text with the second half of another. */
export function mixedQuestions(count: number, seed: number): string[] {
  const texts = authoredTexts().map((text) => text.split(/\s+/));
  const random = randomFrom(seed);
  const pick = (): readonly string[] => texts[Math.floor(random() * texts.length)]!;
  const made = new Set<string>();
  while (made.size < count) {
    const [first, second] = [pick(), pick()];
    made.add([...first.slice(0, Math.ceil(first.length / 2)), ...second.slice(Math.ceil(second.length / 2))].join(' '));
  }
  return [...made];
}

/** The authored texts one after the other, from another one on for each seed, cut to so many characters. */
export function textOfLength(characters: number, seed: number): string {
  const texts = authoredTexts();
  let text = '';
  for (let at = seed * 7; text.length < characters; at++) text += `${text === '' ? '' : ' '}${texts[at % texts.length]!}`;
  return text.slice(0, characters);
}

/** In another order, the same one every time. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const all = [...values];
  const random = randomFrom(seed);
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}
