import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/base/json.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { accumulated } from './openai-chat-sdk.ts';
import { streams } from './openai-chat-streams.ts';

/** What passes the filter for somebody who did not ask for usage. */
function filtered(bytes: Uint8Array, cuts: readonly number[] = []): string {
  const filter = openAiChat.filter({ usage: false })!;
  const passed: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
    passed.push(filter.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return toText(Buffer.concat([...passed, filter.end()]));
}

const everywhere = (bytes: Uint8Array) => Array.from({ length: bytes.length }, (_, at) => at);

/** One stream as it is with usage wanted, and as it is without; `usage` stands anywhere in the chunks, white space too. */
const space = fc.constantFrom('', ' ', '  ');
const content = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"usage":null', ',"usage": null}', '\\"usage\\":null,', '{'));
const chunk = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom('id', 'model', 'x "usage"', 'choices'), content), { maxLength: 4 }), fc.nat(4), space, space, fc.boolean())
  .map(([members, at, before, after, has]) => {
    const texts = members.map(([name, value]) => `${JSON.stringify(name)}:${before}${JSON.stringify({ value, usage: null })}`);
    const place = Math.min(at, texts.length);
    const asked = has ? texts.toSpliced(place, 0, `"usage"${before}:${after}null`) : texts;
    const write = (list: string[]) => `data: {${before}${list.join(',')}${after}}\n\n`;
    return { asked: write(asked), plain: write(texts) };
  });

describe('the filter for a caller who did not ask for usage', () => {
  it('leaves what the provider would have sent, byte for byte, wherever the bytes are cut', () => {
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n';

    fc.assert(
      fc.property(fc.array(chunk), fc.array(fc.nat(500)), (chunks, cuts) => {
        const asked = Buffer.from(`: hello\n\n${chunks.map((text) => text.asked).join('')}${usage}data: [DONE]\n\n`);

        expect(filtered(asked, cuts)).toBe(`: hello\n\n${chunks.map((text) => text.plain).join('')}data: [DONE]\n\n`);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(streams))('takes usage and nothing else out of a recorded stream with %s', (_, stream) => {
    const expected = toText(stream)
      .replaceAll(',"usage":null', '')
      .split(/(?<=\n\n)/)
      .filter((event) => !event.includes('"choices":[],"usage":{'))
      .join('');

    expect(filtered(stream)).toBe(expected);
    expect(filtered(stream, everywhere(stream))).toBe(expected);
  });

  it('does so for every single cut', () => {
    const stream = streams['a legacy function call']!;
    const expected = filtered(stream);

    for (const cut of everywhere(stream)) expect(filtered(stream, [cut])).toBe(expected);
  });

  it('leaves a stream of which the SDK makes the same answer but for the usage', async () => {
    const { usage, ...answer } = await accumulated(streams.text!);

    expect(usage).toBeDefined();
    expect(await accumulated(Buffer.from(filtered(streams.text!)))).toEqual(answer);
  });

  it('passes an event on as soon as it is complete', () => {
    const filter = openAiChat.filter({ usage: false })!;

    expect(toText(filter.push(Buffer.from('data: {"id":"a","usage":null}\n\ndata: {"id"')))).toBe('data: {"id":"a"}\n\n');
  });

  it('leaves usage beside an answer, which services send unasked', () => {
    const event = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}\n\n';

    expect(filtered(Buffer.from(event))).toBe(event);
  });

  it('leaves half an event at the end as it is', () => {
    expect(filtered(Buffer.from('data: {"id":"a","usage":nu'))).toBe('data: {"id":"a","usage":nu');
  });

  it('is not needed by a caller who asked', () => {
    expect(openAiChat.filter({ usage: true })).toBeUndefined();
  });
});
