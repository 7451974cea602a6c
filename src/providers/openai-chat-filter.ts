import { isObject, parseJson } from '../base/json.ts';
import type { Wish } from '../model/request.ts';
import type { StreamFilter } from './format.ts';
import { memberSpans } from './json-spans.ts';
import { readSse, SseSplitter } from './sse.ts';

/**
 * Takes out what `stream_options.include_usage` puts into a stream: the chunk with usage and no choices, and the member
 * `usage: null` of all others. Every other byte stays as it is. Usage that stands beside choices stays too: that is sent by services
 * that report it whether it was asked for or not.
 */
export function chatFilter(wish: Wish): StreamFilter | undefined {
  if (wish.usage) return undefined;
  const splitter = new SseSplitter();
  return {
    push(bytes) {
      const blocks = splitter.push(bytes).map(withoutUsage);
      return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks);
    },
    end: () => withoutUsage(splitter.rest()),
  };
}

const NOTHING = new Uint8Array(0);

function withoutUsage(block: Uint8Array): Uint8Array {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (!buffer.includes('"usage"')) return block;
  const { data } = readSse(block);
  const chunk = data === undefined ? undefined : parseJson(data);
  if (!isObject(chunk)) return block;
  if (isObject(chunk.usage)) return Array.isArray(chunk.choices) && chunk.choices.length === 0 ? NOTHING : block;
  if (chunk.usage !== null) return block;

  // Latin-1 has one character a byte, and a chunk on one line stands in the block as it is.
  const raw = buffer.toString('latin1');
  const start = raw.indexOf('{', raw.indexOf('data:'));
  if (/\r|\n/.test(raw.slice(start).trimEnd())) return block;
  const members = memberSpans(raw, start);
  const at = members?.findIndex((member) => member.name === 'usage') ?? -1;
  if (!members || at === -1) return block;
  const from = at === 0 ? members[0]!.start : members[at - 1]!.end;
  const to = at === 0 && members.length > 1 ? members[1]!.start : members[at]!.end;
  return Buffer.concat([buffer.subarray(0, from), buffer.subarray(to)]);
}
