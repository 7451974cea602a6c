import ms from 'ms';
import { OptionError } from './errors.ts';

/** A span of time, or a moment since 1970, in milliseconds. */
export type Milliseconds = number;
/** A size in bytes. */
export type Bytes = number;
/** US dollars. */
export type Usd = number;

/** A span of time as a user gives it: milliseconds as a number, or text such as `'15m'`, `'7d'`, `'1.5h'`. */
export type Duration = Milliseconds | string;

/** Turns a duration into milliseconds. `option` names it in the error. Negative and unreadable ones are an `OptionError`. */
export function toMilliseconds(duration: Duration, option: string): Milliseconds {
  const span = typeof duration === 'number' ? duration : /\d/.test(duration) ? ms(duration as ms.StringValue) : undefined;
  if (span === undefined || !(span >= 0)) throw new OptionError(option, "a number of milliseconds from 0 up, or a text such as '15m' or '7d'", duration);
  return span;
}

const UNITS: Record<string, number> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 };

/** Turns a size into bytes: a number of bytes, or text such as `'64MiB'`, `'1GB'`. */
export function toByteCount(size: Bytes | string, option: string): Bytes {
  const expected = "a number of bytes from 0 up, or a text such as '64MiB'";
  if (typeof size === 'number') {
    if (!(size >= 0)) throw new OptionError(option, expected, size);
    return size;
  }
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(size);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? 'none'];
  if (!match || unit === undefined) throw new OptionError(option, expected, size);
  return Math.floor(Number(match[1]) * unit);
}
