import { normalFormOf } from './normal-form.ts';

/**
 * The name among an entry's `lookups` by which a store that searches by itself finds it where a question is equal but for form: also one that has no
 * vector, such as a text in another language.
 */
export async function formLookup(scope: string, text: string): Promise<string> {
  // Not imported, so that an import of Reprise alone loads no cryptography.
  const { hash } = process.getBuiltinModule('node:crypto');
  return `form/${hash('sha256', JSON.stringify([scope, await normalFormOf(text)])).slice(0, 32)}`;
}
