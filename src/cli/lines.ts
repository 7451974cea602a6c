import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { CliError } from './exit-codes.ts';
import { note, printable } from './output.ts';

/** One line that is not empty, with its number from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** What is wrong with a line. */
export interface BadLine {
  readonly line: number;
  readonly why: string;
}

/** Reads a file line by line. */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  for await (const text of lines) {
    number++;
    if (text.trim() !== '') yield { number, text };
  }
}

/**
 * Hands `work` a file that can be read several times. `-` is standard input, which is first put aside, where only this user can read it.
 */
export async function withInput<T>(path: string, work: (path: string) => Promise<T>): Promise<T> {
  if (path !== '-') {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new CliError('failed', `${path} cannot be read: ${error.message}`, { code: 'UNREADABLE', cause: error });
    });
    if (found.isDirectory()) throw new CliError('failed', `${path} is a folder.`, { code: 'UNREADABLE' });
    return work(path);
  }
  const folder = await mkdtemp(join(tmpdir(), 'reprise-'));
  try {
    const aside = join(folder, 'input');
    await pipeline(process.stdin, createWriteStream(aside, { mode: 0o600 }));
    return await work(aside);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const BAD_LINES_TOLD = 20;

/** Tells of bad lines, the first ones each. */
export function tellBadLines(bad: readonly BadLine[]): void {
  for (const { line, why } of bad.slice(0, BAD_LINES_TOLD)) note(`Line ${line}: ${printable(why)}`);
  if (bad.length > BAD_LINES_TOLD) note(`and ${bad.length - BAD_LINES_TOLD} more`);
}
