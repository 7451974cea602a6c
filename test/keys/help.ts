import type { Json, JsonObject } from '../../src/base/json.ts';
import { toBytes } from '../../src/base/json.ts';
import { type IdentifierOptions, createIdentifier } from '../../src/keys/identify.ts';
import type { Identity } from '../../src/model/key.ts';
import type { LlmRequest } from '../../src/model/request.ts';
import type { Format } from '../../src/providers/format.ts';

/** A chat format that counts how often it is asked. Only what keys need of a format is real. */
export interface FakeFormat extends Format {
  readonly reads: { facts: number; conversation: number };
}

export function fakeFormat(name = 'openai-chat', provider = 'openai'): FakeFormat {
  const reads = { facts: 0, conversation: 0 };
  const messagesOf = (body: JsonObject): readonly Json[] => (Array.isArray(body['messages']) ? (body['messages'] as readonly Json[]) : []);
  const never = () => {
    throw new Error('Keys ask no format for this.');
  };
  return {
    name,
    provider,
    reads,
    facts(body) {
      reads.facts++;
      const last = messagesOf(body).at(-1) as JsonObject | undefined;
      const text = typeof last?.['content'] === 'string' ? last['content'] : undefined;
      return {
        form: body['stream'] === true ? 'stream' : 'whole',
        wish: { usage: false },
        matchable: text !== undefined,
        varies: true,
        kept: false,
        ...(text === undefined ? {} : { text }),
        ...(body['background'] === true ? { bypass: 'it runs in the background' } : {}),
      };
    },
    conversation(body) {
      reads.conversation++;
      const { messages: _, ...scope } = body;
      return { scope: scope as Json, turns: messagesOf(body).slice(0, -1) };
    },
    upstreamBody: (body) => body,
    inspect: never,
    assemble: never,
    play: never,
    split: never,
    filter: never,
    contentType: { stream: 'text/event-stream', whole: 'application/json' },
    errorBody: never,
  };
}

export interface Asked extends Partial<Omit<LlmRequest, 'body'>> {
  format?: Format;
  tenant?: string;
  namespace?: string;
}

/** Identities of bodies (text is a raw body), asked one after the other of one identifier. */
export function identifierForTest(options: Partial<IdentifierOptions> = {}): (body: JsonObject | string | Uint8Array, asked?: Asked) => Identity {
  const identify = createIdentifier({ secret: new Uint8Array(32).fill(7), ...options });
  return (body, asked = {}) => {
    const { format = fakeFormat(), tenant = 'ann', namespace = 'default', url = 'https://api.openai.com/v1/chat/completions', headers = {} } = asked;
    return identify({ format, request: { url, headers, body: typeof body === 'string' ? toBytes(body) : body }, tenant, namespace });
  };
}

/** The id of a body, from an identifier that remembers nothing. */
export const idOf = (body: JsonObject | string | Uint8Array, asked?: Asked, options?: Partial<IdentifierOptions>): string =>
  identifierForTest({ aliasEntries: 0, ...options })(body, asked).id;

/** Writes a value as JSON in some other way: members in another order, white space, other spellings of numbers and strings. */
export function rewrite(value: Json, seed: number): string {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const space = () => ['', ' ', '\n', '\t', '\r\n  '][below(5)]!;
  const string = (text: string): string =>
    below(2) === 0 ? JSON.stringify(text) : `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;

  const write = (item: Json): string => {
    if (typeof item === 'string') return string(item);
    if (typeof item === 'number') return respell(item, below(4));
    if (typeof item !== 'object' || item === null) return String(item);
    if (Array.isArray(item)) return `[${space()}${item.map((one: Json) => write(one) + space()).join(`,${space()}`)}]`;
    const members = Object.entries(item as Record<string, Json>).map((member) => ({ member, at: below(1000) }));
    members.sort((a, b) => a.at - b.at);
    return `{${space()}${members.map(({ member: [name, one] }) => `${string(name)}${space()}:${space()}${write(one)}${space()}`).join(`,${space()}`)}}`;
  };
  return space() + write(value) + space();
}

/** The same number in another spelling. */
function respell(number: number, way: number): string {
  const text = String(number);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text)!;
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const power = Number(exponent) - fraction.length;
  if (way === 0) return text;
  if (number === 0) return ['0', '0.00', '0e7', '0.0E-3'][way]!;
  if (way === 1) return `${sign}${digits}0E${power - 1}`;
  if (way === 2) return `${sign}${digits[0]}.${digits.slice(1)}00e${power + digits.length - 1 >= 0 ? '+0' : ''}${power + digits.length - 1}`;
  return text.includes('.') || text.includes('e') ? text.replace(/(\.\d+)/, '$100') : `${text}.0`;
}
