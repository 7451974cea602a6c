import { authoredTexts, mixedQuestions, randomFrom } from '../semantic/texts.ts';
import { ENTRIES } from './order.ts';

let stored: readonly string[] | undefined;

/** The prompts of the entries. */
export const storedPrompts = (): readonly string[] => (stored ??= mixedQuestions(ENTRIES, 11));

/** Prompts that are not stored, each but once: the halves of two authored texts, and a number that makes each another one. */
export function* unseenPrompts(): Generator<string, undefined> {
  const known = new Set(storedPrompts());
  const texts = authoredTexts().map((text) => text.split(/\s+/));
  const random = randomFrom(23);
  const pick = (): readonly string[] => texts[Math.floor(random() * texts.length)]!;
  for (;;) {
    const [first, second] = [pick(), pick()];
    const prompt = [...first.slice(0, Math.ceil(first.length / 2)), ...second.slice(Math.ceil(second.length / 2))].join(' ');
    if (known.has(prompt)) continue;
    known.add(prompt);
    yield prompt;
  }
}
