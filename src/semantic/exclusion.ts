import { isPersonal } from './personal.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { withStory } from './story.ts';

/** Why a text, with what was said before it, is not matched by meaning at all; `undefined` where it may be. */
export function exclusion(options: ResolvedSemantic, timeBound: (text: string) => boolean): (text: string, story?: string) => string | undefined {
  return (text, story) => {
    if (text.trim() === '') return 'it has no text';
    if (text.length > options.maxLength) return `it is longer than ${options.maxLength} characters`;
    if (options.turns === 'judged' && withStory(text, story).length > options.maxLength) return `with what was said before it is longer than ${options.maxLength} characters`;
    if (!options.timeBound && timeBound(text)) return 'it is a question about now';
    if (!options.personal && isPersonal(text)) return 'it is about the one who asks';
    return undefined;
  };
}
