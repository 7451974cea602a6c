import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { JudgeError } from '../../../src/base/errors.ts';
import { bodies, completion, judgeAt, localService, patient, reply, always } from './chat-service.ts';

const PAIR = ['how do I turn on dark mode?', 'enable the dark theme'] as const;

describe('replies without a verdict', () => {
  it.each([
    ['a refusal', completion(null, { message: { refusal: 'I cannot help with that.' } }), 'refused'],
    ['a truncated reply', completion('{"verdict":"same"', { finish: 'length' }), 'truncated'],
    ['a reply that was cut after the word', completion('same', { finish: 'length' }), 'truncated'],
    ['a filtered reply', completion('', { finish: 'content_filter' }), 'filtered'],
    ['a word that is none of the three', completion('{"verdict":"identical"}'), 'something else'],
    ['JSON without the member', completion('{"answer":"same"}'), 'something else'],
    ['a sentence around the word', completion('They are the same.'), 'something else'],
    ['two words', completion('same different'), 'something else'],
    ['a list', completion('["same"]'), 'something else'],
    ['nothing', completion(''), 'empty'],
    ['a call of a tool', completion(null, { finish: 'tool_calls', message: { tool_calls: [{ id: 't', type: 'function', function: { name: 'same', arguments: '{}' } }] } }), 'tool'],
  ])('count as different: %s', async (_, body, why) => {
    const service = await localService((_request, response) => reply(response, body));
    const trouble: JudgeError[] = [];

    const judged = await judgeAt(service, { onTrouble: (error) => trouble.push(error) }).judge([PAIR], patient());

    expect(judged).toEqual([{ probability: 0, same: false, whole: true, cost: 0.000066 }]);
    expect(trouble).toMatchObject([{ code: 'JUDGE_FAILED', reason: 'unreadable', message: expect.stringContaining(why) as string }]);
  });

  it('are asked for again, but for refusals', async () => {
    const answers = [completion('hm'), completion('same')];
    const service = await localService((_, response) => reply(response, answers.shift() ?? completion(null, { message: { refusal: 'No.' } })));
    const judge = judgeAt(service);

    expect(await judge.judge([PAIR], patient())).toMatchObject([{ same: false }]);
    expect(await judge.judge([PAIR], patient())).toMatchObject([{ same: true }]);
    await judge.judge([['other', 'pair']], patient());
    expect(await judge.judge([['other', 'pair']], patient())).toMatchObject([{ same: false, cost: 0 }]);
    expect(service.asked).toHaveLength(3);
  });
});

describe('services without an enforced format', () => {
  it.each(['same', 'Same', ' same.\n', '"same"', '**same**', '```json\n{"verdict": "same"}\n```', '<think>They mean the same. Or different?</think>\n\nsame'])(
    'are understood by one word: %j', async (text) => {
      const service = await localService((_, response) => reply(response, completion(text)));

      expect(await judgeAt(service).judge([PAIR], patient())).toMatchObject([{ same: true }]);
    });

  it.each([
    ['response_format', { error: { message: 'This response_format type is unavailable now', type: 'invalid_request_error', param: null } }],
    ['response_format', { detail: 'json_schema is not supported' }],
    ['temperature', { error: { message: "Unsupported value: 'temperature' does not support 0 with this model.", param: 'temperature', code: 'unsupported_value' } }],
  ])('are asked without %s once they have refused it, and then ever after', async (member, refused) => {
    const service = await localService((_, response, body) =>
      (member in (JSON.parse(body.toString()) as object) ? reply(response, refused, 400) : reply(response, completion('same'))));
    const judge = judgeAt(service);

    expect(await judge.judge([PAIR], patient())).toMatchObject([{ same: true }]);
    expect(await judge.judge([['a', 'b'], ['c', 'd']], patient())).toMatchObject([{ same: true }, { same: true }]);

    expect(bodies(service).map((body) => member in body)).toEqual([true, false, false, false]);
  });

  it('are given the limit by its other name when they refuse the one', async () => {
    const refused = { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param: 'max_tokens' } };
    const service = await localService((_, response, body) =>
      ('max_tokens' in (JSON.parse(body.toString()) as object) ? reply(response, refused, 400) : reply(response, completion('same'))));

    expect(await judgeAt(service, { maxTokens: 50 }).judge([PAIR], patient())).toMatchObject([{ same: true }]);
    expect(bodies(service).at(-1)).toMatchObject({ max_completion_tokens: 50 });
  });

  it('fail when they refuse for another reason, or all that can be left out', async () => {
    const service = await localService((_, response, body) => {
      const asked = JSON.parse(body.toString()) as object;
      const named = ['response_format', 'temperature', 'max_tokens', 'max_completion_tokens'].find((name) => name in asked);
      reply(response, { error: { message: 'no', param: body.includes('too long') ? 'messages' : named } }, 400);
    });
    const judge = judgeAt(service);

    await expect(judge.judge([['too long', 'temperature']], patient())).rejects.toMatchObject({ reason: 'failed' });
    expect(service.asked).toHaveLength(1);
    await expect(judge.judge([PAIR], patient())).rejects.toMatchObject({ reason: 'failed' });
    expect(service.asked).toHaveLength(6);
  });
});

describe('a service that fails', () => {
  it.each([401, 429, 500, 503])('with status %i fails the lookup, is not asked again, and is asked at the next one', async (status) => {
    let failing = true;
    const service = await localService((_, response) =>
      (failing ? reply(response, { error: { message: 'Incorrect key key-of-the-test' } }, status) : reply(response, completion('same'))));
    const judge = judgeAt(service);

    const failure = await judge.judge([PAIR], patient()).catch((error: unknown) => error as JudgeError);

    expect(failure).toMatchObject({ code: 'JUDGE_FAILED', reason: 'failed', message: expect.stringContaining(String(status)) as string });
    expect((failure as JudgeError).message).not.toContain('key-of-the-test');
    expect(service.asked).toHaveLength(1);
    failing = false;
    expect(await judge.judge([PAIR], patient())).toMatchObject([{ same: true }]);
  });

  it.each([
    ['text', 'same'],
    ['HTML', '<html>same</html>'],
    ['JSON of another shape', '{"verdict":"same"}'],
    ['an error inside a 200', '{"error":{"message":"overloaded"}}'],
    ['an answer without an end', JSON.stringify(completion('same')).slice(0, -20)],
    ['too much', `"${'a'.repeat(1_100_000)}"`],
  ])('by answering with %s fails the lookup', async (_, body) => {
    const service = await localService((_request, response) => reply(response, body));

    await expect(judgeAt(service).judge([PAIR], patient())).rejects.toMatchObject({ reason: 'unreadable' });
  });

  it('by sending elsewhere is not followed', async () => {
    const other = await localService(always('same'));
    const service = await localService((_, response) => response.writeHead(307, { location: `${other.url}/v1/chat/completions` }).end());

    await expect(judgeAt(service).judge([PAIR], patient())).rejects.toMatchObject({ reason: 'failed' });
    expect(other.asked).toHaveLength(0);
  });

  it('by breaking off, or not being there, fails the lookup', async () => {
    const service = await localService((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      response.destroy();
    });
    const judge = judgeAt(service);

    await expect(judge.judge([PAIR], patient())).rejects.toMatchObject({ reason: 'failed' });
    await service.close();
    await expect(judge.judge([PAIR], patient())).rejects.toMatchObject({ reason: 'failed', cause: expect.any(Error) as Error });
  });

  it.each([
    ['before it answers', () => {}],
    ['in the middle of the answer', (response: import('node:http').ServerResponse) => response.writeHead(200).write('{')],
  ])('by hanging %s fails as late', async (_, hang) => {
    const service = await localService((_request, response) => void hang(response));

    await expect(judgeAt(service, { timeout: 20 }).judge([PAIR], patient())).rejects.toMatchObject({ reason: 'late' });
  });

  it('by hanging is left when the lookup is over, whether or not the fetch heeds that', async () => {
    const hanging = await localService(() => {});
    const lookup = new AbortController();

    const judged = Promise.allSettled([
      judgeAt(hanging).judge([PAIR], lookup.signal),
      judgeAt(hanging, { fetch: () => new Promise(() => {}) }).judge([PAIR], lookup.signal),
    ]);
    await vi.waitFor(() => expect(hanging.asked).toHaveLength(1));
    lookup.abort(new Error('over'));

    expect(await judged).toMatchObject([{ status: 'rejected', reason: { message: 'over' } }, { status: 'rejected', reason: { message: 'over' } }]);
  });

  it('on one pair takes the calls for the others back', async () => {
    let ended = 0;
    const service = await localService((request, response, body) => {
      if (body.includes('broken')) setImmediate(() => reply(response, {}, 500));
      else void once(request.socket, 'close').then(() => ended++);
    });

    await expect(judgeAt(service).judge([PAIR, ['a', 'b'], ['broken', 'x']], patient())).rejects.toMatchObject({ reason: 'failed' });

    await vi.waitFor(() => expect(ended).toBe(service.asked.length - 1));
  });
});

it('refuses more pairs than may wait', async () => {
  const service = await localService(() => {});
  const judge = judgeAt(service, { maxConcurrent: 1 });
  const leaving = new AbortController();
  const waiting = judge.judge(Array.from({ length: 65 }, (_, at) => [`a${at}`, 'b'] as const), leaving.signal);
  const ended = expect(waiting).rejects.toThrow('over');
  await vi.waitFor(() => expect(service.asked).toHaveLength(1));

  await expect(judge.judge([PAIR], patient())).rejects.toMatchObject({ reason: 'busy' });

  leaving.abort(new Error('over'));
  await ended;
});

it('fails what is under way when it is closed, and what comes later', async () => {
  const service = await localService(() => {});
  const judge = judgeAt(service);
  const judging = judge.judge([PAIR], patient());
  const ended = expect(judging).rejects.toMatchObject({ reason: 'closed' });
  await vi.waitFor(() => expect(service.asked).toHaveLength(1));

  await judge.close?.();

  await ended;
  await expect(judge.judge([PAIR], patient())).rejects.toMatchObject({ reason: 'closed' });
});
