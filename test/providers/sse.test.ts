import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/base/json.ts';
import { readSse, splitSse, SseSplitter, writeSse } from '../../src/providers/sse.ts';

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const line = fc.constantFrom('data: {"a":1}', 'data:x', 'event: ping', ': comment', 'id: 7', 'data', 'data: ü€');
const stream = fc.array(fc.tuple(fc.array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: 3 }), lineEnd), { maxLength: 5 });
const textOf = (events: [[string, string][], string][]) => events.map(([lines, end]) => lines.map(([text, lineEnd]) => text + lineEnd).join('') + end).join('');

describe('server-sent events', () => {
  it('are cut alike however the bytes arrive', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200)), (events, cuts) => {
        const bytes = toBytes(textOf(events));
        const splitter = new SseSplitter();
        const blocks: Uint8Array[] = [];
        let from = 0;
        for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
          blocks.push(...splitter.push(bytes.subarray(from, cut)));
          from = cut;
        }
        if (splitter.rest().length > 0) blocks.push(splitter.rest());

        expect(Buffer.concat(blocks).equals(bytes)).toBe(true);
        expect(blocks.map(readSse)).toEqual(splitSse(bytes).map(readSse));
      }),
    );
  });

  it.each([
    ['line feeds', 'data: a\n\nid: 1\ndata: b\n\n', ['data: a\n\n', 'id: 1\ndata: b\n\n']],
    ['both', 'data: a\r\n\r\ndata: b\r\n\r\n', ['data: a\r\n\r\n', 'data: b\r\n\r\n']],
    ['carriage returns', 'data: a\r\rdata: b\r\r', ['data: a\r\r', 'data: b\r\r']],
    ['now this, now that', 'data: a\n\r\ndata: b\r\ndata: c\r\r\n', ['data: a\n\r\n', 'data: b\r\ndata: c\r\r\n']],
    ['more blank lines than needed', '\n\ndata: a\n\n\n', ['\n', '\n', 'data: a\n\n', '\n']],
    ['no end', 'data: a\n\ndata: b\n', ['data: a\n\n', 'data: b\n']],
  ])('are cut after each blank line where lines end with %s', (_, text, blocks) => {
    expect(splitSse(toBytes(text)).map((block) => Buffer.from(block).toString())).toEqual(blocks);
  });

  it('keep event name and data', () => {
    expect(readSse(writeSse('{"x":1}', 'message_start'))).toEqual({ event: 'message_start', data: '{"x":1}' });
    expect(readSse(toBytes('data: a\ndata: b\n\n'))).toEqual({ data: 'a\nb' });
    expect(readSse(toBytes(': keep-alive\n\n'))).toEqual({});
  });
});
