import { isObject, parseJson } from '../../base/json.ts';
import { inspectChat } from '../../providers/openai-chat/inspect.ts';
import type { Finding } from '../../providers/format.ts';

export const VERDICTS = ['same', 'different', 'unsure'] as const;
export type LlmVerdict = (typeof VERDICTS)[number];

/** What a chat completion says. */
export interface LlmReply {
  /** Absent when it holds no verdict. */
  readonly verdict?: LlmVerdict;
  /** Why it holds none: `refused`, `truncated`, `filtered`, or that it says something else. */
  readonly why?: string;
  readonly finding: Finding;
}

/** Reads the body of a chat completion; `undefined` when it is none. Only an answer that ended well holds a verdict. */
export function readReply(body: Uint8Array): LlmReply | undefined {
  const finding = inspectChat({ status: 200, headers: {}, body }, 'whole');
  if (!finding.complete) return undefined;
  const [fault] = finding.faults;
  if (fault) return { why: fault, finding };
  if (finding.toolCalls) return { why: 'a call of a tool', finding };
  const verdict = verdictIn(finding.text);
  return verdict ? { verdict, finding } : { why: 'something else than a verdict', finding };
}

/** The verdict in a text: the object that was asked for, or one word. Whatever says more is none. */
export function verdictIn(text: string): LlmVerdict | undefined {
  // Models that think aloud put their thoughts before the answer; some put JSON into a code block.
  const said = text.replace(/^\s*<think>[\s\S]*?<\/think>/, '').trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1');
  const value = parseJson(said);
  const word = isObject(value) ? value.verdict : /^["'`*]*(\w+)["'`*.]*$/.exec(said)?.[1];
  return typeof word === 'string' ? VERDICTS.find((verdict) => verdict === word.toLowerCase()) : undefined;
}
