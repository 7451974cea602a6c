import { createContext, Script } from 'node:vm';
import type { Json } from '../base/json.ts';
import type { Milliseconds } from '../base/units.ts';

/** What came of holding an answer against the JSON schema it was asked for. */
export type SchemaCheck = 'follows' | 'breaks' | 'cannot be checked';

/**
 * The longest that a check may hold up the process. Schemas come from callers, and a pattern or a web of references in one can take
 * for ever; the check runs under a timer of `node:vm`, which ends regular expressions, too.
 */
const MOST_TIME: Milliseconds = 50;

/** The largest schema and the largest answer that are looked at, in characters. */
const MOST_SCHEMA = 256 * 1024;
const MOST_ANSWER = 4 * 1024 * 1024;

const context = { work: (): boolean => false };
let timed: { readonly script: Script; readonly inside: object } | undefined;

/** Whether a text is JSON that follows a schema (drafts 4, 7, 2019-09 and 2020-12, by `$schema`; 2020-12 without it). Never throws. */
export async function followsSchema(text: string, schema: Json): Promise<SchemaCheck> {
  const schemaText = JSON.stringify(schema);
  if (schemaText.length > MOST_SCHEMA || text.length > MOST_ANSWER) return 'cannot be checked';

  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return 'breaks';
  }
  try {
    const { Validator } = await import('@cfworker/json-schema');
    // The validator writes into the schema, so it gets one of its own.
    const own = JSON.parse(schemaText) as ConstructorParameters<typeof Validator>[0];
    return inTime(() => new Validator(own, draftOf(schema)).validate(answer).valid) ? 'follows' : 'breaks';
  } catch {
    // Out of time, out of stack, an unknown reference, a pattern that is none.
    return 'cannot be checked';
  }
}

/** Runs `work`, and throws when it has not ended after the longest time. No code is made of anything but the constant text here. */
function inTime(work: () => boolean): boolean {
  timed ??= { script: new Script('work()'), inside: createContext(context) };
  context.work = work;
  try {
    return timed.script.runInContext(timed.inside, { timeout: MOST_TIME }) as boolean;
  } finally {
    context.work = () => false;
  }
}

function draftOf(schema: Json): '4' | '7' | '2019-09' | '2020-12' {
  const named = typeof schema === 'object' && schema !== null && '$schema' in schema ? String(schema.$schema) : '';
  return /draft-04/.test(named) ? '4' : /draft-0[67]/.test(named) ? '7' : /2019-09/.test(named) ? '2019-09' : '2020-12';
}
