import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { anthropicMessages } from '../../src/providers/anthropic-messages.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { openAiResponses } from '../../src/providers/openai-responses.ts';
import { identifierForTest } from './help.ts';

const formats = [
  {
    format: openAiChat,
    plain: { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Three?' }] },
    labelled: {
      model: 'm',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'One', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three?' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      safety_identifier: 's',
    },
    next: { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Four?' }] },
  },
  {
    format: openAiResponses,
    plain: { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Three?' }] },
    labelled: {
      model: 'm',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'One', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three?' },
      ],
      stream: true,
      user: 'u',
      metadata: { a: 'b' },
      prompt_cache_retention: '24h',
      prompt_cache_options: { mode: 'explicit' },
    },
    next: { model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Four?' }] },
  },
  {
    format: anthropicMessages,
    plain: {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Three?' }],
    },
    labelled: {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'One', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three?' },
      ],
      stream: true,
      metadata: { user_id: 'u' },
      service_tier: 'auto',
      cache_control: { type: 'ephemeral' },
    },
    next: {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'One' }] }, { role: 'assistant', content: 'Two' }, { role: 'user', content: 'Four?' }],
    },
  },
];

describe.each(formats)('a request of $format.name', ({ format, plain, labelled, next }) => {
  const keyOf = (body: JsonObject) => identifierForTest()(body, { format }).key();

  it('has the same key with labels, cache markers and another form', () => {
    expect(keyOf(labelled)).toEqual(keyOf(plain));
  });

  it('shares scope and turns with another last question, and nothing else', () => {
    const [one, other] = [keyOf(plain), keyOf(next)];

    expect([other!.scope, other!.turns]).toEqual([one!.scope, one!.turns]);
    expect([one!.text, other!.text]).toEqual(['Three?', 'Four?']);
    expect(other!.id).not.toBe(one!.id);
  });

  it('has another scope with another parameter, known or not', () => {
    const scopes = [plain, { ...plain, temperature: 0 }, { ...plain, not_known_yet: 1 }, { ...plain, tools: [] }].map((body) => keyOf(body).scope);

    expect(new Set(scopes).size).toBe(4);
  });
});
