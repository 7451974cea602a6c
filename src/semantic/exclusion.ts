import { isPersonal } from './personal.ts';
import type { ResolvedSemantic } from './semantic-options.ts';

/** Why a text is not matched by meaning at all; `undefined` where it may be. */
export function exclusion(options: ResolvedSemantic, timeBound: (text: string) => boolean): (text: string) => string | undefined {
  return (text) => {
    if (text.trim() === '') return 'it has no text';
    if (text.length > options.maxLength) return `it is longer than ${options.maxLength} characters`;
    if (!options.timeBound && timeBound(text)) return 'it is a question about now';
    if (!options.personal && isPersonal(text)) return 'it is about the one who asks';
    return undefined;
  };
}
