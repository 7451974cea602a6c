import type { Milliseconds } from '../base/units.ts';

/** What is told of a request: never its body, its query, or a credential. */
export interface LogRecord {
  readonly method: string;
  readonly path: string;
  /** What the cache made of it; absent for what it refused or answered itself. */
  readonly outcome?: string;
  readonly status: number;
  /** Until the reply had been handed over or the caller had left. */
  readonly ms: Milliseconds;
  readonly model?: string;
  readonly entry?: string;
  /** The caller left before its reply was complete, or it was broken off. */
  readonly cut?: boolean;
  /** What failed inside. */
  readonly error?: string;
  /** Names the request, where its reply carries the same as `x-request-id`. */
  readonly requestId?: string;
  /** Id of the caller's key: never the key. */
  readonly key?: string;
}

export interface LogOptions {
  /** Takes whole lines, with their line ends; several at once under load. */
  readonly write: (text: string) => void;
  /** `text` for people, `json` for machines. @default 'text' */
  readonly format?: 'text' | 'json';
}

/** One line a request. Lines of one turn of the event loop are written together. */
export class RequestLog {
  readonly #write: (text: string) => void;
  readonly #line: (record: LogRecord) => string;
  #held = '';

  constructor(options: LogOptions) {
    this.#write = options.write;
    this.#line = options.format === 'json' ? jsonLine : textLine;
  }

  add(record: LogRecord): void {
    if (this.#held === '') setImmediate(() => this.flush());
    this.#held += this.#line(record);
  }

  flush(): void {
    const text = this.#held;
    this.#held = '';
    if (text !== '') this.#write(text);
  }
}

const jsonLine = (record: LogRecord): string =>
  `${JSON.stringify({ time: new Date().toISOString(), ...record, ms: Math.round(record.ms * 1000) / 1000 })}\n`;

function textLine(record: LogRecord): string {
  let line = `${new Date().toISOString()} ${record.method} ${printable(record.path)} ${record.outcome ?? '-'} ${record.status} ${record.ms.toFixed(1)}ms`;
  if (record.model !== undefined) line += ` ${printable(record.model)}`;
  if (record.entry !== undefined) line += ` ${record.entry}`;
  if (record.key !== undefined) line += ` key ${record.key}`;
  if (record.requestId !== undefined) line += ` request ${record.requestId}`;
  if (record.cut) line += ' (not complete)';
  if (record.error !== undefined) line += ` ${printable(record.error)}`;
  return `${line}\n`;
}

/** Text that a caller chose, without what a terminal would obey. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
