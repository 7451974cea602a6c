import { OptionError } from '../../base/errors.ts';
import type { ReadText } from '../text/read-text.ts';
import type { Guard, Veto } from './guard.ts';
import { antonyms } from './antonyms.ts';
import { comparatives } from './comparatives.ts';
import { dates } from './dates.ts';
import { direction } from './direction.ts';
import { formats } from './formats.ts';
import { identifiers } from './identifiers.ts';
import { links } from './links.ts';
import { names } from './names.ts';
import { negation } from './negation.ts';
import { numbers } from './numbers.ts';
import { questionWords } from './question-words.ts';
import { quotes } from './quotes.ts';
import { roles } from './roles.ts';
import { units } from './units.ts';
import { versions } from './versions.ts';

/** The guards that are there from the start, in the order in which they are asked. */
export const BUILT_IN: readonly Guard[] = [
  numbers, units, dates, versions, links, quotes, identifiers, names, formats, questionWords, roles, direction, comparatives, negation, antonyms,
];

export interface GuardOptions {
  /** Names of guards that shall not be asked. A name that no guard has is an `OptionError`. */
  off?: readonly string[];
  /** Guards of your own, asked after the built-in ones; one with the name of a built-in guard takes its place. */
  add?: readonly Guard[];
}

/** Holds two texts against each other: every veto there is, none where they may match. */
export interface GuardCheck {
  (a: ReadText, b: ReadText): Veto[];
  /** The same, one guard a step, for those who let others run in between or have enough with the first veto. */
  readonly steps?: (a: ReadText, b: ReadText) => Iterable<Veto | undefined>;
}

/** Puts the guards together. An error of an added guard is a veto: what cannot be checked is not served. */
export function createGuards(options: GuardOptions = {}): GuardCheck {
  const { off = [], add = [] } = options;
  const own = new Set(add.map((guard) => guard.name));
  const all = [...BUILT_IN.filter((guard) => !own.has(guard.name)), ...add];
  for (const name of off) {
    if (!all.some((guard) => guard.name === name)) throw new OptionError('guards.off', `names of guards (${all.map((guard) => guard.name).join(', ')})`, name);
  }
  const asked = all.filter((guard) => !off.includes(guard.name));
  function* steps(a: ReadText, b: ReadText): Generator<Veto | undefined> {
    for (const guard of asked) {
      const why = ask(guard, a, b);
      yield why === undefined ? undefined : { guard: guard.name, why };
    }
  }
  return Object.assign((a: ReadText, b: ReadText) => [...steps(a, b)].filter((veto) => veto !== undefined), { steps });
}

function ask(guard: Guard, a: ReadText, b: ReadText): string | undefined {
  try {
    return guard.veto(a, b);
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
