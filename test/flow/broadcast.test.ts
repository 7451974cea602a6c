import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlowReaderError } from '../../src/base/errors.ts';
import { Broadcast, type Reader } from '../../src/flow/broadcast.ts';

const bytes = (text: string) => Buffer.from(text);

async function readAll(reader: Reader): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function broadcast({ keepBytes = 1000, lagBytes = 10 } = {}) {
  let left = 0;
  return { cast: new Broadcast({ keepBytes, lagBytes }, () => left++), left: () => left };
}

describe('a broadcast', () => {
  it('gives everybody all bytes, whenever they join', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }), fc.array(fc.nat(8), { maxLength: 5 }), async (chunks, joins) => {
        const { cast } = broadcast({ keepBytes: 1e6 });
        const texts: Promise<string>[] = [];
        chunks.forEach((chunk, at) => {
          for (const join of joins) if (join % chunks.length === at) texts.push(readAll(cast.read()));
          void cast.push(bytes(chunk));
        });
        texts.push(readAll(cast.read()));
        cast.end();
        texts.push(readAll(cast.read()));

        for (const text of await Promise.all(texts)) expect(text).toBe(chunks.join(''));
        expect(Buffer.from(cast.recorded!).toString()).toBe(chunks.join(''));
      }),
    );
  });

  it('lets a slow reader delay nobody while all is kept', async () => {
    const { cast } = broadcast();
    const slow = cast.read();
    const fast = readAll(cast.read());

    for (let i = 0; i < 50; i++) await cast.push(bytes('0123456789'));
    cast.end();

    expect((await fast).length).toBe(500);
    expect((await readAll(slow)).length).toBe(500);
  });

  it('gives an error to every reader, after the bytes that came before it', async () => {
    const { cast } = broadcast();
    const reader = cast.read();
    await cast.push(bytes('half'));

    cast.fail(new Error('broke off'));

    expect((await reader.next()).value?.toString()).toBe('half');
    await expect(reader.next()).rejects.toThrow('broke off');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('holds the source back at the pace of the fastest reader once it has outgrown what is kept', async () => {
    const { cast } = broadcast({ keepBytes: 20, lagBytes: 10 });
    const reader = cast.read();
    await cast.push(bytes('x'.repeat(20)));
    let pushed = false;

    const push = cast.push(bytes('y'.repeat(20))).then(() => (pushed = true));
    await new Promise(setImmediate);
    expect(pushed).toBe(false);
    expect(cast.kept).toBe(false);
    await reader.next();
    await reader.next();
    await push;

    expect(pushed).toBe(true);
    expect(cast.recorded).toBeUndefined();
  });

  it('lets go of a reader that lags too far behind the others', async () => {
    const { cast } = broadcast({ keepBytes: 10, lagBytes: 10 });
    const slow = cast.read();
    const fast = readAll(cast.read());

    for (let i = 0; i < 10; i++) await cast.push(bytes('0123456789'));
    cast.end();

    expect((await fast).length).toBe(100);
    await expect(readAll(slow)).rejects.toThrow(SlowReaderError);
  });

  it('tells when the last reader has left before the end, and only then', async () => {
    const { cast, left } = broadcast();
    const one = cast.read();
    const two = cast.read();

    await one.return();
    expect(left()).toBe(0);
    await two.return();
    expect(left()).toBe(1);
  });

  it('says when bytes are wanted, so that a source need not run ahead', async () => {
    const { cast } = broadcast();
    const reader = cast.read();
    let wanted = false;

    const waiting = cast.wanted().then(() => (wanted = true));
    await new Promise(setImmediate);
    expect(wanted).toBe(false);
    const next = reader.next();
    await waiting;
    await cast.push(bytes('a'));

    expect((await next).value?.toString()).toBe('a');
  });
});
