import { describe, expect, it } from 'vitest';
import { parseObject, toText } from '../../src/base/json.ts';
import { openAiChat } from '../../src/providers/openai-chat.ts';
import { accumulated, iterated, joined, plain, received } from './openai-chat-sdk.ts';
import { reasoningStreams, streams } from './openai-chat-streams.ts';

const assembled = (stream: Uint8Array) => openAiChat.assemble(stream)!;
const played = (whole: Uint8Array) => Buffer.concat(openAiChat.play(whole)!);
const read = (whole: Uint8Array) => plain(parseObject(whole)!);

describe.each(Object.entries(streams))('a recorded Chat Completions stream: %s', (_, stream) => {
  it('becomes the whole answer that the SDK assembles from it', async () => {
    const original = await accumulated(stream);

    const whole = await received(assembled(stream));

    expect(whole).toEqual(original);
  });

  it('is played from the whole answer so that the SDK assembles the same again', async () => {
    const original = await accumulated(stream);

    const replay = await accumulated(played(assembled(stream)));

    expect(replay).toEqual(original);
  });

  it('comes to the same whole answer after a round trip', () => {
    const whole = assembled(stream);

    expect(read(assembled(played(whole)))).toEqual(read(whole));
  });

  it('is the same to the SDK wherever its bytes are cut', async () => {
    const replay = played(assembled(stream));
    const original = await accumulated(replay);

    const cutEverywhere = await accumulated(
      replay,
      Array.from({ length: replay.length }, (_, at) => at),
    );

    expect(cutEverywhere).toEqual(original);
  });

  it('is split into its events without losing a byte', () => {
    const events = openAiChat.split(stream);

    expect(Buffer.concat(events).equals(stream)).toBe(true);
    expect(events.length).toBe(toText(stream).split('\n\n').length - 1);
  });
});

describe.each(Object.entries(reasoningStreams))('a recorded stream with %s', (name, stream) => {
  it('keeps every word of it, both ways', async () => {
    const reasoning = joined(await iterated(stream), name);

    const whole = assembled(stream);
    const replay = played(whole);

    expect(await received(whole)).toMatchObject({ choices: [{ message: { [name]: reasoning } }] });
    expect(joined(await iterated(replay), name)).toBe(reasoning);
    expect((await accumulated(replay)).choices[0]!.message.content).toBe((await accumulated(stream)).choices[0]!.message.content);
    expect(read(assembled(replay))).toEqual(read(whole));
  });
});
