/** What a suite found: figures, and how they stand to what is aimed at. */
export interface Table {
  readonly title: string;
  /** What every line includes, and under which conditions. */
  readonly about: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly checks: readonly Check[];
}

/** One aim, and what was found. */
export interface Check {
  readonly what: string;
  readonly target: string;
  readonly found: string;
  readonly met: boolean;
}

/** An aim of the form "at least so many times". */
export function atLeast(what: string, target: number, found: number): Check {
  return { what, target: `>= ${times(target)}`, found: times(found), met: found >= target };
}

/** An aim of the form "at most so much". */
export function atMost(what: string, target: number, found: number, show: (value: number) => string): Check {
  return { what, target: `<= ${show(target)}`, found: show(found), met: found <= target };
}

/** A ratio: `1.32x`. */
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;

/** Microseconds, from nanoseconds. */
export const micros = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(nanoseconds < 100_000 ? 1 : 0)} us`;

/** A number of milliseconds. */
export const millis = (milliseconds: number): string => `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;

/** A table as text in columns; numbers, which are all but the first and the last column, to the right. */
export function asText(table: Table): string {
  const { title, about, columns, rows } = table;
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]) =>
    columns.map((_, at) => (isText(columns, at) ? (cells[at] ?? '').padEnd(widths[at]!) : (cells[at] ?? '').padStart(widths[at]!))).join('  ').trimEnd();
  return [
    title,
    '='.repeat(title.length),
    line(columns),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    ...checkLines(table),
    ...about.map((sentence) => `  ${sentence}`),
    '',
  ].join('\n');
}

/** A table in Markdown, for `docs/performance.md`. */
export function asMarkdown(table: Table): string {
  const { title, about, columns, rows, checks } = table;
  const line = (cells: readonly string[]) => `| ${columns.map((_, at) => (cells[at] ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(columns),
    `| ${columns.map((_, at) => (isText(columns, at) ? '---' : '---:')).join(' | ')} |`,
    ...rows.map(line),
    '',
    ...(checks.length > 0 ? ['| aim | target | found | |', '| --- | ---: | ---: | --- |'] : []),
    ...checks.map(({ what, target, found, met }) => `| ${what} | ${target.replace('>=', '≥').replace('<=', '≤')} | ${found} | ${met ? 'met' : '**missed**'} |`),
    ...(checks.length > 0 ? [''] : []),
    ...about.map((sentence) => wrapped(`- ${sentence}`)),
    '',
  ].join('\n');
}

/** A list item in lines of at most 140 characters. */
const wrapped = (item: string): string => item.replace(/(?=.{141})(.{1,138}) /g, '$1\n  ');

const isText = (columns: readonly string[], at: number): boolean => at === 0 || at === columns.length - 1;

function checkLines({ checks }: Table): string[] {
  if (checks.length === 0) return [''];
  return ['', ...checks.map(({ what, target, found, met }) => `${met ? 'met   ' : 'MISSED'}  ${what}: ${found} (aim ${target})`), ''];
}
