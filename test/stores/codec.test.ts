import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { decodeEntry, decodeHead, encodeEntry, packEntry, unpackEntry } from '../../src/stores/codec.ts';
import { fromReadable, toReadable } from '../../src/stores/readable.ts';
import { headOf } from '../../src/model/entry.ts';
import { anyEntry, plain } from './entries.ts';
import { entryOf } from './entry.ts';

const quiet = () => {};

describe('an entry as bytes', () => {
  it('comes back as it was, whatever it is', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const onDamage = vi.fn();
        const { head, body } = encodeEntry(entry);

        expect(plain(decodeEntry(entry.id, head, body, onDamage))).toEqual(plain(entry));
        expect(plain(unpackEntry(entry.id, packEntry(entry), onDamage))).toEqual(plain(entry));
        expect(decodeHead(entry.id, head, 7, onDamage)).toEqual(JSON.parse(JSON.stringify(headOf(entry, 7))));
        expect(onDamage).not.toHaveBeenCalled();
      }),
    );
  });

  it('never comes back as another one when any byte is changed', () => {
    fc.assert(
      fc.property(anyEntry, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 }), (entry, where, flip) => {
        const packed = packEntry(entry);
        const at = Math.floor(where * packed.length);
        packed[at] = packed[at]! ^ flip;

        const found = unpackEntry(entry.id, packed, quiet);

        if (found) expect(plain(found)).toEqual(plain(entry));
      }),
    );
  });

  it('is missed and told when any one bit of it is changed, or it is cut anywhere', () => {
    const entry = entryOf('id', { text: 'Capital of France?', stream: { status: 200, headers: {}, body: Buffer.from('data: 1\n\n'), marks: [0, 9] } });
    const packed = packEntry(entry);

    for (let bit = 0; bit < packed.length * 8; bit++) {
      const onDamage = vi.fn();
      const damaged = Buffer.from(packed);
      damaged[bit >> 3]! ^= 1 << (bit & 7);

      expect(unpackEntry('id', damaged, onDamage), `bit ${bit}`).toBeUndefined();
      expect(onDamage).toHaveBeenCalledOnce();
    }
    for (let length = 0; length < packed.length; length++) {
      const onDamage = vi.fn();

      expect(unpackEntry('id', packed.subarray(0, length), onDamage), `length ${length}`).toBeUndefined();
      expect(onDamage).toHaveBeenCalledOnce();
    }
  });

  it('is a miss for the id of another', () => {
    const onDamage = vi.fn();

    expect(unpackEntry('other', packEntry(entryOf('id')), onDamage)).toBeUndefined();
    expect(onDamage).toHaveBeenCalledWith('other', 'it is the entry of another id');
  });

  it('is a miss when its format is of a version not known here', async () => {
    const { crc32 } = await import('node:zlib');
    const { head, body } = encodeEntry(entryOf('id'));
    head[5] = 2;
    head.writeUInt32LE(crc32(head.subarray(4)), 0);
    const onDamage = vi.fn();

    expect(decodeEntry('id', head, body, onDamage)).toBeUndefined();
    expect(onDamage).toHaveBeenCalledWith('id', 'its format version is 2, and only 1 can be read');
  });

  it('is a miss when the times that a store keeps beside it are none', () => {
    const { head, body } = encodeEntry(entryOf('id', { expiresAt: 5 }));
    const onDamage = vi.fn();

    expect(decodeEntry('id', head, body, onDamage, { expiresAt: NaN, dropAt: undefined })).toBeUndefined();
    expect(onDamage).toHaveBeenCalledWith('id', 'its times cannot be read');
  });

  it('takes less room than it would when its body is long and repeats itself', () => {
    const body = Buffer.from('The quick brown fox. '.repeat(1000));

    expect(packEntry(entryOf('id', { whole: { status: 200, headers: {}, body } })).length).toBeLessThan(body.length / 10);
  });

  it('can be copied like any other object', () => {
    const entry = entryOf('id', { fields: { '/model': 'digest' }, stream: { status: 200, headers: {}, body: Buffer.from('x'), marks: [0, 1] } });
    const { head, body } = encodeEntry(entry);
    const decoded = decodeEntry('id', head, body, quiet)!;

    expect(plain({ ...decoded })).toEqual(plain(entry));
    expect(plain(structuredClone(decoded))).toEqual(plain(entry));
  });
});

describe('an entry as readable JSON', () => {
  it('comes back as it was, whatever it is', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const onDamage = vi.fn();
        const text = JSON.stringify(toReadable(entry), null, 2);

        expect(plain(fromReadable(entry.id, JSON.parse(text), onDamage))).toEqual(plain(entry));
        expect(onDamage).not.toHaveBeenCalled();
      }),
    );
  });

  it('never comes back as another one when any byte is changed or the rest is missing', () => {
    fc.assert(
      fc.property(anyEntry, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255), (entry, where, flip) => {
        const text = Buffer.from(JSON.stringify(toReadable(entry), null, 2));
        const at = Math.floor(where * text.length);
        text[at] = text[at]! ^ flip;
        for (const damaged of [text, text.subarray(0, at)]) {
          let parsed: unknown;
          try {
            parsed = JSON.parse(damaged.toString());
          } catch {
            continue;
          }

          const found = fromReadable(entry.id, parsed, quiet);

          if (found) expect(plain(found)).toEqual(plain(entry));
        }
      }),
    );
  });

  it('shows JSON as JSON, text as lines, and everything else as base64', () => {
    const shown = (body: Uint8Array) => (toReadable(entryOf('id', { whole: { status: 200, headers: {}, body } })).whole as { body: unknown }).body;

    expect(shown(Buffer.from('{"a":[1]}'))).toEqual({ json: { a: [1] } });
    expect(shown(Buffer.from('{\n  "a": 1\n}'))).toEqual({ json: { a: 1 }, indent: 2 });
    expect(shown(Buffer.from('data: 1\n\n'))).toEqual({ lines: ['data: 1', '', ''] });
    expect(shown(Uint8Array.of(255, 0))).toEqual({ base64: '/wA=' });
    expect(shown(Buffer.from('x'.repeat(5000)))).toMatchObject({ size: 5000, zstd: expect.any(String) });
  });
});
