import { toText } from '../base/json.ts';

/** One event of a server-sent event stream. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface SseEvent {
  /** The `event:` field, where there is one. */
  readonly event?: string;
  /** All `data:` lines joined by line feeds; absent for a block of comments only. */
  readonly data?: string;
}

const LF = 10;
const CR = 13;

/** Cuts a stream of bytes, however it arrives, into blocks that each end with the blank line after an event. */
export class SseSplitter {
  #held: Uint8Array = new Uint8Array(0);
  /** Where in `#held` the last line begins, and up to where no end of it was found. */
  #line = 0;
  #seen = 0;

  /** The blocks that are complete by now, blank lines included. Joined with `rest` they are all that was pushed. */
  push(bytes: Uint8Array): Uint8Array[] {
    const buffer = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const blocks: Uint8Array[] = [];
    let start = 0;
    let line = this.#line;
    let seen = buffer.length;
    let lf = next(buffer, LF, this.#seen);
    let cr = next(buffer, CR, this.#seen);
    while (lf < seen || cr < seen) {
      const end = Math.min(lf, cr);
      if (end === cr && cr + 1 === buffer.length) {
        // Whether a line feed belongs to it is told by the next byte.
        seen = cr;
        break;
      }
      const after = end === cr && lf === cr + 1 ? end + 2 : end + 1;
      if (end === line) {
        blocks.push(buffer.subarray(start, after));
        start = after;
      }
      line = after;
      if (lf < line) lf = next(buffer, LF, line);
      if (cr < line) cr = next(buffer, CR, line);
    }
    this.#held = start === 0 ? buffer : buffer.subarray(start);
    this.#line = line - start;
    this.#seen = seen - start;
    return blocks;
  }

  /** What came after the last complete block. */
  rest(): Uint8Array {
    return this.#held;
  }
}

/** Where a byte comes next; the length where it does not. The end of a block is two line ends, so that it is often at once. */
function next(buffer: Uint8Array, byte: number, from: number): number {
  if (buffer[from] === byte) return from;
  const at = buffer.indexOf(byte, from);
  return at === -1 ? buffer.length : at;
}

/** Cuts recorded bytes into blocks; the last one may be incomplete. */
export function splitSse(bytes: Uint8Array): Uint8Array[] {
  const splitter = new SseSplitter();
  const blocks = splitter.push(bytes);
  const rest = splitter.rest();
  return rest.length === 0 ? blocks : [...blocks, rest];
}

/** Reads one block. Comments, `id:` and `retry:` are passed over. */
export function readSse(block: Uint8Array): SseEvent {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of toText(block).split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
  }
  return { ...(event !== undefined && { event }), ...(data !== undefined && { data }) };
}

/** Writes one event. `data` is JSON text, which has no line ends. */
export function writeSse(data: string, event?: string): Uint8Array {
  return Buffer.from(event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`);
}
