import { OptionError } from '../base/errors.ts';
import type { MaybePromise } from '../base/maybe.ts';
import { isPromise } from '../base/maybe.ts';
import type { RequestFacts } from '../model/request.ts';
import type { Fault, Finding } from '../providers/format.ts';

/** Which answers are stored that would not be, by what is wrong with them. */
export interface AdmitRules extends Partial<Record<Fault, boolean>> {
  /** Answers that break the JSON schema they were asked for, or that cannot be checked against it in time. @default false */
  brokenSchema?: boolean;
  /** Decides last. See `AdmitFunction`. */
  decide?: AdmitFunction;
}

/**
 * Decides last whether an answer is stored: true, false, or `undefined` for what the rules said. Asked for complete, successful answers
 * only: nothing can make an error or half an answer be stored. One that throws or rejects means not stored.
 */
export type AdmitFunction = (answer: AnswerToAdmit) => MaybePromise<boolean | undefined>;

/** A complete, successful answer, as a function that decides about it sees it. */
export interface AnswerToAdmit {
  readonly status: number;
  /** The answer's text (of the first choice). */
  readonly text: string;
  /** Why the model stopped, in the provider's words. */
  readonly stops: readonly string[];
  readonly faults: readonly Fault[];
  readonly toolCalls: boolean;
  readonly model?: string;
  /** The recorded bytes: a whole body, or the events of a stream. */
  readonly body: Uint8Array;
  /** Why the rules would not store it, if they would not. */
  readonly refused?: string;
}

/** Rules by fault, or a function that decides last. */
export type AdmitOptions = AdmitRules | AdmitFunction;

/** An answer that has ended. */
export interface Candidate {
  readonly status: number;
  readonly finding: Finding;
  readonly facts: Pick<RequestFacts, 'schema'>;
  readonly body: Uint8Array;
}

/** Whether an answer is stored. `failed` is set when the source did not answer the question at all. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly failed?: true };

export interface Admission {
  /** Looks at an answer that has ended. Never throws or rejects. */
  admit(candidate: Candidate): MaybePromise<Verdict>;
}

/** What a refused answer is called. */
const FAULTS: Readonly<Record<Fault, string>> = {
  truncated: 'the answer was cut at its length limit',
  filtered: "the provider's filter stopped the answer",
  paused: 'the turn was paused',
  incomplete: 'the provider calls the answer incomplete',
  refused: 'the model refused to answer',
  empty: 'the answer is empty',
};

const ADMITTED: Verdict = { ok: true };

/** Statuses of a whole answer: 200, and 201, which some frameworks give to every POST. 202 and 206 are less than an answer. */
const SUCCESSES = new Set([200, 201]);

/** Makes the test that every new answer has to pass before it is stored. Throws an `OptionError` for rules that are none. */
export function createAdmission(options: AdmitOptions = {}): Admission {
  const { decide, ...rules } = typeof options === 'function' ? { decide: options } : options;
  checkRules(rules, decide);

  return {
    admit(candidate) {
      const { finding, facts } = candidate;
      const failure = failureOf(candidate);
      if (failure !== undefined) return { ok: false, why: failure, failed: true };
      if (!finding.complete) return refusal('the answer has no end');

      const fault = finding.faults.find((each) => rules[each] !== true);
      if (fault !== undefined) return last(candidate, FAULTS[fault]);
      // An answer admitted in spite of a fault, and one that only calls tools, was not given to follow the schema.
      const bound = facts.schema !== undefined && rules.brokenSchema !== true && finding.faults.length === 0 && !(finding.toolCalls && finding.text === '');
      if (!bound) return last(candidate);
      return import('./schema-check.ts')
        .then(({ followsSchema }) => followsSchema(finding.text, facts.schema!))
        .then((check) => last(candidate, schemaRefusal[check]));
    },
  };

  function last(candidate: Candidate, refused?: string): MaybePromise<Verdict> {
    if (!decide) return refused === undefined ? ADMITTED : refusal(refused);
    try {
      const said = decide(toAdmit(candidate, refused));
      return isPromise(said) ? said.then((word) => verdict(word, refused), brokenDecision) : verdict(said, refused);
    } catch (error) {
      return brokenDecision(error);
    }
  }
}

const schemaRefusal = {
  follows: undefined,
  breaks: 'the answer breaks the JSON schema it was asked for',
  'cannot be checked': 'the answer could not be checked against its JSON schema',
} as const;

const refusal = (why: string): Verdict => ({ ok: false, why });

const brokenDecision = (error: unknown): Verdict => refusal(`the function admit failed: ${error instanceof Error ? error.message : String(error)}`);

function verdict(said: boolean | undefined, refused: string | undefined): Verdict {
  const admitted = said ?? refused === undefined;
  return admitted ? ADMITTED : refusal(refused ?? 'the function admit said no');
}

function failureOf({ status, finding }: Candidate): string | undefined {
  if (!SUCCESSES.has(status)) return `status ${status}`;
  return finding.error ? 'an error inside the answer' : undefined;
}

function toAdmit({ status, finding, body }: Candidate, refused: string | undefined): AnswerToAdmit {
  const { text, stops, faults, toolCalls, model } = finding;
  return { status, text, stops, faults, toolCalls, body, ...(model !== undefined && { model }), ...(refused !== undefined && { refused }) };
}

function checkRules(rules: Omit<AdmitRules, 'decide'>, decide: unknown): void {
  if (decide !== undefined && typeof decide !== 'function') throw new OptionError('admit.decide', 'a function', decide);
  for (const [name, value] of Object.entries(rules)) {
    if (name !== 'brokenSchema' && !Object.hasOwn(FAULTS, name)) throw new OptionError(`admit.${name}`, `one of ${Object.keys(FAULTS).join(', ')}, brokenSchema, decide`, value);
    if (value !== undefined && typeof value !== 'boolean') throw new OptionError(`admit.${name}`, 'true or false', value);
  }
}
