import type { MaybePromise } from '../base/maybe.ts';
import type { Records } from '../stores/store.ts';
import { normalForm, normalFormOf } from './normal-form.ts';
import type { Feedback } from './rates.ts';

/** Two questions of one scope. */
export interface JudgedPair {
  readonly scope: string;
  readonly asked: string;
  readonly matched: string;
  /** What `digestOf` gave for the two, where their texts were cut since. */
  readonly digest?: string;
}

/** How often hits of a scope were called right and wrong. */
export interface FeedbackCounts {
  readonly scope: string;
  readonly right: number;
  readonly wrong: number;
}

const VETO = 'semantic-veto/';
/** Before the scope, in the name of the record that counts its feedback. */
export const COUNTS = 'semantic-feedback/';
const MOST_TRIES = 20;

/** What people said of hits by meaning: kept in the store's records, so that it outlives entries and holds in every process. */
export interface FeedbackBook {
  /** Whether anything was said of this scope. One read of the store. */
  anyOf(scope: string): Promise<boolean>;
  /** Whether the pair was called wrong: then it is never served again. One read of the store, or two; `any`: what `anyOf` its scope gave, if that is known. */
  vetoed(pair: JudgedPair, any?: MaybePromise<boolean>): Promise<boolean>;
  /** Notes it. `right` takes an earlier `wrong` back. */
  add(pair: JudgedPair, said: Feedback): Promise<void>;
  counts(): Promise<FeedbackCounts[]>;
}

/** The book in these records. */
export function feedbackBook(records: Records): FeedbackBook {
  const nameOf = async ({ scope, asked, matched, digest }: JudgedPair): Promise<string> =>
    VETO + (digest ?? digestWith(scope, await normalFormOf(asked), await normalFormOf(matched)));

  const anyOf = async (scope: string): Promise<boolean> => (await records.get(COUNTS + scope)) !== undefined;

  return {
    anyOf,
    async vetoed(pair, any = anyOf(pair.scope)) {
      // Most scopes have no feedback at all, and the name of a pair takes longer to make than both reads.
      if (!(await any)) return false;
      return (await records.get(await nameOf(pair))) !== undefined;
    },
    async add(pair, said) {
      const name = await nameOf(pair);
      // Counted first, as a veto is looked for only where something was counted.
      await count(records, pair.scope, said);
      if (said === 'wrong') await records.put(name, '1', (await records.get(name))?.version);
      else await records.delete(name);
    },
    async counts() {
      const found = await records.list(COUNTS);
      return found.map(({ name, value }) => ({ scope: name.slice(COUNTS.length), ...countsIn(value) }));
    },
  };
}

async function count(records: Records, scope: string, said: Feedback): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await records.get(COUNTS + scope);
    const counts = countsIn(found?.value ?? '');
    counts[said]++;
    if (await records.put(COUNTS + scope, JSON.stringify(counts), found?.version)) return;
  }
}

function countsIn(text: string): { right: number; wrong: number } {
  try {
    const { right, wrong } = JSON.parse(text) as Record<string, unknown>;
    if (Number.isSafeInteger(right) && Number.isSafeInteger(wrong)) return { right: right as number, wrong: wrong as number };
  } catch {
    // Nothing there yet, or damaged: counted anew.
  }
  return { right: 0, wrong: 0 };
}

/** The same whichever of the two was asked. Normal forms, so that a veto holds for every way of writing the two. */
function digestWith(scope: string, ...forms: [string, string]): string {
  // Not imported, so that an import of Reprise alone loads no cryptography.
  const { hash } = process.getBuiltinModule('node:crypto');
  return hash('sha256', JSON.stringify([scope, ...forms.toSorted()]));
}

/** What a veto of the two is kept by, for those who keep the texts only in part. */
export const digestOf = ({ scope, asked, matched, digest }: JudgedPair): string => digest ?? digestWith(scope, normalForm(asked), normalForm(matched));
