import type { Wish } from '../../model/request.ts';
import type { StreamFilter } from '../format.ts';
import { memberSpans } from '../json-spans.ts';
import { SseSplitter } from '../sse.ts';

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

const TAIL = Buffer.from(',"usage":null}\n\n');
const TAIL_WITHOUT = Buffer.from('}\n\n');
const NOTHING = new Uint8Array(0);

/** One event without usage. Nothing is parsed, as this stands in the way of every streamed answer. */
function withoutUsage(block: Uint8Array): Uint8Array {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (!buffer.includes('"usage"')) return block;
  // Mostly it is the last member, which needs no reading: what stands between a comma and the last brace of JSON is one.
  if (block.length > TAIL.length && TAIL.equals(buffer.subarray(-TAIL.length))) return Buffer.concat([buffer.subarray(0, -TAIL.length), TAIL_WITHOUT]);

  // Latin-1 has one character a byte, so that places in the text are places in the bytes.
  const raw = buffer.toString('latin1');
  const begin = CHUNK.exec(raw);
  const members = begin ? memberSpans(raw, begin.index + begin[0].length - 1) : undefined;
  const at = members?.findIndex((member) => member.name === 'usage') ?? -1;
  if (!members || at === -1) return block;

  const usage = members[at]!;
  if (raw[usage.value] === '{') {
    const choices = members.find((member) => member.name === 'choices');
    return choices && EMPTY_LIST.test(raw.slice(choices.value, choices.end)) ? NOTHING : block;
  }
  if (raw.slice(usage.value, usage.end) !== 'null') return block;
  const from = at === 0 ? usage.start : members[at - 1]!.end;
  const to = at === 0 && members.length > 1 ? members[1]!.start : usage.end;
  return Buffer.concat([buffer.subarray(0, from), buffer.subarray(to)]);
}

/** The beginning of an event's data, up to the brace. */
const CHUNK = /^data:[ \t]*\{/m;
const EMPTY_LIST = /^\[\s*\]$/;
