import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/base/errors.ts';
import { createCache } from '../../src/index.ts';
import { COUNTING_HEADERS, NOT_COUNTING } from '../../src/keys/not-counting.ts';
import { REFUSALS } from '../../src/server/errors.ts';
import { createServer } from '../../src/server/index.ts';
import { anchorsOf, codesIn, linksOf, PAGES, proseOf, root, rowsOf, textOf } from './pages.ts';

describe.each(PAGES)('%s', (page) => {
  it('links to what is there', () => {
    const broken = linksOf(page).filter(({ path, anchor }) => !existsSync(join(root, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor)));

    expect(broken.map(({ shown }) => shown)).toEqual([]);
  });

  it('names files that are there', () => {
    const named = codesIn(proseOf(page)).filter((code) => /^(?:[\w-]+\/)+[\w.-]+\.(?:ts|json|md)$/.test(code));

    expect(named.filter((path) => ![path, `src/${path}`, `test/${path}`].some((each) => existsSync(join(root, each))))).toEqual([]);
  });

  it('is written for a width of 160 characters, but for tables', () => {
    const long = textOf(page).split('\n').filter((line) => line.length > 160 && !line.startsWith('|'));

    expect(long).toEqual([]);
  });
});

it('the README leads to every page', () => {
  const linked = linksOf('README.md').map(({ path }) => path);

  expect(PAGES.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
});

/** The members of `CacheOptions` with the defaults that their doc comments name. */
function declaredOptions(): { name: string; otherwise: string | undefined }[] {
  const [, body = ''] = /export interface CacheOptions \{\n([\s\S]*?)\n\}/.exec(readFileSync(join(root, 'src/options.ts'), 'utf8'))!;
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\n {2}(\w+)\?:/g)].map(([, comment = '', name = '']) => ({
    name,
    otherwise: /@default ([^\n]*?)\s*(?:\n|$)/.exec(comment)?.[1],
  }));
}

describe('docs/options.md', () => {
  const sections = ['## Where entries are kept, and whose they are', '## How long answers live', '## What is the same, and what is stored', '## Matching by meaning', '## How answers are served, and the rest'];
  const rows = sections.flatMap((section) => rowsOf('docs/options.md', section));

  it('has every option of createCache, and no other', () => {
    expect(rows.map(([name]) => codesIn(name!)[0]).toSorted()).toEqual(declaredOptions().map(({ name }) => name).toSorted());
  });

  it('has the defaults that the doc comments have', () => {
    const withDefault = declaredOptions().filter(({ otherwise }) => otherwise !== undefined);

    expect(withDefault.length).toBeGreaterThan(10);
    for (const { name, otherwise } of withDefault) {
      const row = rows.find(([cell]) => cell === `\`${name}\``)!;
      expect(row.at(-1), name).toBe(`\`${otherwise}\``);
    }
  });
});

describe('docs/keys.md', () => {
  it('has what does not count, as the code has it', () => {
    const listed = NOT_COUNTING.map(({ path, providers, why }) => [`\`${path}\``, providers.join(', '), why]);

    expect(rowsOf('docs/keys.md', '## What does not count')).toEqual(listed);
  });

  it('has the headers that count, as the code has them', () => {
    const row = rowsOf('docs/keys.md').find(([part]) => part === 'headers')!;

    expect(codesIn(row[1]!)).toEqual(COUNTING_HEADERS);
  });
});

describe('docs/errors.md', () => {
  it('has every code with its meaning, and no other', () => {
    const rows = rowsOf('docs/errors.md', '# Errors').map(([code, , meaning]) => [codesIn(code!)[0], meaning]);

    expect(Object.fromEntries(rows)).toEqual(ERROR_CODES);
  });

  it('has every refusal of the proxy, and no other', () => {
    const rows = rowsOf('docs/errors.md', '## Replies of the proxy').map(([code, meaning]) => [codesIn(code!)[0], meaning]);

    expect(Object.fromEntries(rows)).toEqual(REFUSALS);
  });
});

describe('docs/stats.md', () => {
  it('has every field of cache.stats(), and no other', async () => {
    const cache = createCache({ store: 'memory:' });
    const stats = await cache.stats();
    await cache.close();

    const fields = rowsOf('docs/stats.md', '# Statistics and money').flatMap(([cell]) => codesIn(cell!));

    expect(fields.toSorted()).toEqual(Object.keys(stats).toSorted());
  });
});

describe('docs/proxy.md', () => {
  it('has every metric, and no other', async () => {
    const cache = createCache({ store: 'memory:' });
    const server = createServer({ cache: cache.core, port: 0 });
    const { url } = await server.listen();
    const printed = await (await fetch(`${url}/metrics`)).text();
    await server.close({ graceMs: 0 });
    await cache.close();

    const metrics = rowsOf('docs/proxy.md', '## Health and metrics').map(([name]) => codesIn(name!)[0]);

    expect(metrics.toSorted()).toEqual([...printed.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]).toSorted());
  });

  it('has every option of createServer, and no other', () => {
    const source = readFileSync(join(root, 'src/server/server.ts'), 'utf8');
    const [, body = ''] = /export interface ServerOptions \{\n([\s\S]*?)\n\}/.exec(source)!;
    const declared = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((match) => match[1]!);

    const listed = rowsOf('docs/proxy.md', '## In a program').flatMap(([name]) => codesIn(name!));

    expect(listed.toSorted()).toEqual(declared.toSorted());
  });
});

describe('docs/dependencies.md', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  const listed = (heading: string) => rowsOf('docs/dependencies.md', heading).flatMap(([name]) => codesIn(name!));

  it.each([
    ['## At run time', 'dependencies'],
    ['## For development', 'devDependencies'],
  ])('has under "%s" the %s of package.json, and no other', (heading, kind) => {
    expect(listed(heading).toSorted()).toEqual(Object.keys(manifest[kind]!).toSorted());
  });

  it('has the licences that the packages name', () => {
    const rows = ['## At run time', '## For development'].flatMap((heading) => rowsOf('docs/dependencies.md', heading));
    for (const [names, licences] of rows) {
      const own = codesIn(names!).map((name) => (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { license?: string }).license ?? 'not named');
      expect([...new Set(own)], names).toEqual(licences!.split(', '));
    }
  });
});

it('no page but that of the command line names an error code that there is not', () => {
  const known = [...Object.keys(ERROR_CODES), ...Object.keys(REFUSALS)];
  const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/cli.md');
  const named = pages.flatMap((page) => codesIn(proseOf(page))).filter((code) => /^[A-Z]+(?:_[A-Z]+)+$/.test(code));

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((code) => !known.includes(code) && !/^(?:REPRISE|LANGCACHE|LLM|NO|PG|QDRANT|REDIS)_/.test(code))).toEqual([]);
});
