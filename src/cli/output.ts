import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { Bytes, Milliseconds } from '../base/units.ts';

type Stream = NodeJS.WriteStream & { isTTY?: boolean };

/** Colours only for people: on a terminal that knows them, and not where NO_COLOR (https://no-color.org) says no. */
const coloursOn = (stream: Stream): boolean => stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

export const colours = pc.createColors(coloursOn(process.stdout));
export const errorColours = pc.createColors(coloursOn(process.stderr));

/** Writes a line for the reader. */
export const say = (line = ''): void => void process.stdout.write(`${line}\n`);
/** Writes a line beside the output proper. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);
/** Writes a value for machines: one JSON document, indented. */
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));
/** Writes a value as one line of JSON, no faster than it is taken. */
export const writeLine = (value: unknown): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(`${JSON.stringify(value)}\n`, (error) => (error ? reject(error) : resolve())));

/** Text that others chose, on one line and without what a terminal would obey. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  stripVTControlCharacters(text).replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '?');

/** Cuts a text to so many characters. */
export const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, Math.max(0, length - 3))}...`);

/** A column of a table. The last one takes the room that is left on the terminal. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Rows under titles, in columns. On a terminal the last column is cut at its edge. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width = process.stdout.columns): string[] {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const room = width === undefined ? Infinity : Math.max(10, width - before);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        if (at === cells.length - 1) return clip(cell, room);
        return columns[at]!.align === 'right' ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!);
      })
      .join('  ')
      .trimEnd();
  return [colours.dim(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

/** Names and values, one a line, the values below each other. */
export function pairs(rows: readonly (readonly [string, string])[], indent = ''): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`);
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people. */
export function sizeText(bytes: Bytes): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return unit === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** unit).toFixed(1)} ${UNITS[unit]}`;
}

/** A span of time for people, from microseconds to days. */
export function spanText(span: Milliseconds): string {
  if (span < 0.0995) return `${(span * 1000).toFixed(0)} us`;
  if (span < 1) return `${span.toFixed(2)} ms`;
  if (span < 1000) return `${span.toFixed(span < 10 ? 1 : 0)} ms`;
  if (span < 60_000) return `${(span / 1000).toFixed(2)} s`;
  if (span < 3_600_000) return `${Math.floor(span / 60_000)} min`;
  if (span < 2 * 86_400_000) return `${Math.floor(span / 3_600_000)} h`;
  return `${Math.floor(span / 86_400_000)} d`;
}

/** A moment for machines. */
export const timeText = (at: Milliseconds): string => new Date(at).toISOString();

/** `1 entry`, `2 entries`. */
export const count = (many: number, one: string, more = `${one}s`): string => `${many.toLocaleString('en')} ${many === 1 ? one : more}`;
