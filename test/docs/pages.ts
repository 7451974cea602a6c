import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The pages for users: the README, those of `docs/`, and the two beside them. Paths from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The page without its fenced code. */
export const proseOf = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```$/gm, '');

/** A fenced piece of code. */
export interface Snippet {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

export function snippetsOf(page: string): Snippet[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1]!,
    code: match[2]!,
  }));
}

/** The rows of all tables on a page, or below one of its headings, heads left out, as the texts of their cells. */
export function rowsOf(page: string, heading?: string): string[][] {
  const sections = proseOf(page).split(/^(?=#+ )/m);
  const chosen = heading === undefined ? sections : sections.filter((section) => section.startsWith(`${heading}\n`));
  return chosen.flatMap((section) =>
    [...section.matchAll(/^\|(?: -+ \|)+\n((?:\|.*\n?)*)/gm)].flatMap(([, body = '']) =>
      body.trimEnd().split('\n').filter((row) => row !== '').map((row) => row.slice(1, row.lastIndexOf('|')).split(' | ').map((cell) => cell.trim())),
    ),
  );
}

/** The texts between backticks in a cell. */
export const codesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

/** What a heading is called in a link, as GitHub does it. */
const anchorOf = (heading: string): string =>
  heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');

export const anchorsOf = (page: string): string[] => [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1]!));

/** Links of a page to files of the project: from where the page stands to a path from the root, with the anchor if there is one. */
export function linksOf(page: string): { readonly shown: string; readonly path: string; readonly anchor: string | undefined }[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { shown: target, path: path === '' ? page : relative(root, join(root, dirname(page), path)), anchor };
    });
}
