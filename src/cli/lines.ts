import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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

/** Reads a file line by line; one whose first bytes say that it is a gzip file is unpacked on the way. */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of textLines(await textOf(path))) {
    number++;
    if (text.trim() !== '') yield { number, text };
  }
}

async function textOf(path: string): Promise<AsyncIterable<string>> {
  const file = createReadStream(path);
  if (!(await isGzip(path))) return file.setEncoding('utf8') as Readable & AsyncIterable<string>;
  const { createGunzip } = await import('node:zlib');
  const unpacked = createGunzip();
  // What fails is told to whoever reads the unpacked text.
  pipeline(file, unpacked).catch(() => {});
  return unpacked.setEncoding('utf8') as Readable & AsyncIterable<string>;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** Cut at line feeds alone: other marks that break lines, such as U+2028, may stand inside a text of JSON. */
async function* textLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const bare = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
  let rest: string[] = [];
  for await (const piece of pieces) {
    const [first = '', ...more] = piece.split('\n');
    rest.push(first);
    for (const line of more) {
      yield bare(rest.join(''));
      rest = [line];
    }
  }
  yield bare(rest.join(''));
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
