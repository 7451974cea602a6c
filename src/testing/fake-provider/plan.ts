import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { FakeFormat, FakeReply } from './script.ts';

/** What an answer says, before a wire format writes it. */
export interface Plan {
  readonly serial: number;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  /** The text of each choice in pieces; empty where there is none. */
  readonly choices: readonly (readonly string[])[];
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string; readonly custom: boolean }[];
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly audio?: { readonly transcript: string; readonly data: string };
  readonly citations: readonly JsonObject[];
  readonly stop?: string;
  readonly logprobs: boolean;
  /** Absent: the answer reports none. */
  readonly usage?: PlannedUsage;
  readonly extra: JsonObject;
}

export interface PlannedUsage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly reasoning: number;
}

/** An answer in a wire format: as one body, and as the blocks of a stream. */
export interface Written {
  whole(): JsonObject;
  stream(): string[];
}

/** Joins what a script says, what the request asks and the defaults. */
export function planAnswer(body: JsonObject, format: FakeFormat, reply: FakeReply, serial: number, created: number): Plan {
  const prompt = format === 'openai-responses' ? body.input : body.messages;
  const speaks = reply.text !== undefined || reply.chunks instanceof Array;
  const silent = !speaks && (reply.toolCalls ?? reply.refusal ?? reply.audio) !== undefined;
  const count = format === 'openai-chat' ? (reply.n ?? (typeof body.n === 'number' ? body.n : 1)) : 1;
  const choices = Array.from({ length: count }, (_, index) => {
    if (silent) return [];
    if (speaks) return cut(reply.text ?? '', reply.chunks);
    const variant = index === 0 ? '' : ` (choice ${index + 1})`;
    return cut(`Answer ${serial}${variant} to: ${lastUserText(prompt)}`, reply.chunks);
  });
  const toolCalls = (reply.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? fakeId(format === 'anthropic-messages' ? 'toolu_' : 'call_', serial, index),
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {}),
    custom: call.custom ?? false,
  }));
  const said = choices.flat().join('') + (reply.refusal ?? '') + toolCalls.map((call) => call.name + call.arguments).join('');
  const reasoningTokens = reply.usage?.reasoning ?? tokens(reply.reasoning ?? '');
  return {
    serial,
    created,
    model: typeof body.model === 'string' ? body.model : 'fake-model',
    choices,
    toolCalls,
    ...(reply.reasoning !== undefined && { reasoning: reply.reasoning }),
    ...(reply.refusal !== undefined && { refusal: reply.refusal }),
    ...(reply.audio !== undefined && { audio: reply.audio }),
    citations: reply.citations ?? [],
    ...(reply.stop !== undefined && { stop: reply.stop }),
    logprobs: reply.logprobs ?? wantsLogprobs(body),
    ...(reply.usage !== null && {
      usage: {
        input: reply.usage?.input ?? Math.max(1, tokens(allText(prompt) + allText(body.system) + allText(body.instructions))),
        output: reply.usage?.output ?? tokens(said) + reasoningTokens,
        cached: reply.usage?.cached ?? 0,
        cacheWrite: reply.usage?.cacheWrite ?? 0,
        cacheWrite1h: reply.usage?.cacheWrite1h ?? 0,
        reasoning: reasoningTokens,
      },
    }),
    extra: reply.extra ?? {},
  };
}

/** A name that no other answer of this provider has, the same in every run. */
export function fakeId(prefix: string, serial: number, index = 0): string {
  return `${prefix}fake${String(serial).padStart(12, '0')}${String(index).padStart(4, '0')}`;
}

/** Cuts text by words, into a number of pieces, or as told. Joined they are the text. */
export function cut(text: string, chunks?: number | readonly string[]): readonly string[] {
  if (chunks instanceof Array) return chunks;
  if (chunks === undefined) return text.match(/\S+\s*|\s+/g) ?? (text === '' ? [''] : [text]);
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / Math.max(1, chunks)));
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) => characters.slice(index * size, (index + 1) * size).join(''));
}

/** The JSON of a tool call as a model sends it: a few characters at a time. */
export const cutArguments = (text: string): readonly string[] => text.match(/[\s\S]{1,7}/g) ?? [];

/** About four characters a token. */
export const tokens = (text: string): number => Math.ceil(text.length / 4);

function lastUserText(prompt: Json | undefined): string {
  if (typeof prompt === 'string') return prompt;
  if (!Array.isArray(prompt)) return '';
  const messages = prompt as readonly Json[];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (isObject(message) && message.role === 'user') return allText(message.content);
  }
  return '';
}

/** All text in messages, parts and tool results, in order. */
function allText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(allText).join('');
  if (!isObject(value)) return '';
  return typeof value.text === 'string' ? value.text : allText(value.content);
}

function wantsLogprobs(body: JsonObject): boolean {
  if (body.logprobs === true) return true;
  return Array.isArray(body.include) && (body.include as readonly Json[]).includes('message.output_text.logprobs');
}
