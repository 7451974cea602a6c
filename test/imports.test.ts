import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

/** The layers from the ground up. A file may import from its own layer and from those below. */
const LAYERS: readonly (readonly string[])[] = [
  ['base'],
  ['model'],
  ['providers', 'stores', 'keys', 'pricing', 'stats'],
  ['embedders'],
  ['semantic'],
  ['flow'],
  ['options.ts'],
  ['lifecycle.ts'],
  ['cache.ts'],
  ['http'],
  ['integrations', 'langcache', 'server', 'testing'],
  ['index.ts', 'cli'],
];

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const placeOf = (file: string) => relative(root, file).split('/')[0]!;
const levelOf = (place: string) => LAYERS.findIndex((layer) => layer.includes(place));

const imports = files.flatMap((file) => {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => ({ from: path, to: join(dirname(path), match[1]!) }));
});

it('every source file stands in a layer', () => {
  expect(files.filter((file) => levelOf(placeOf(join(root, file))) === -1)).toEqual([]);
});

it('imports run downward', () => {
  const upward = imports.filter(({ from, to }) => levelOf(placeOf(to)) > levelOf(placeOf(from)));

  expect(imports.length).toBeGreaterThan(100);
  expect(upward.map(({ from, to }) => `${relative(root, from)} imports ${relative(root, to)}`)).toEqual([]);
});

it('wings of the path do not know each other', () => {
  const [, , wings] = LAYERS;
  const across = imports.filter(({ from, to }) => {
    const [here, there] = [placeOf(from), placeOf(to)];
    return here !== there && wings!.includes(here) && wings!.includes(there);
  });
  const allowed = (to: string) => to.endsWith('providers/format.ts') || to.endsWith('stores/store.ts');

  expect(across.filter(({ to }) => !allowed(to)).map(({ from, to }) => `${relative(root, from)} imports ${relative(root, to)}`)).toEqual([]);
});

it('embedders know prices, and no other wing', () => {
  const [, , wings] = LAYERS;
  const known = imports.filter(({ from, to }) => placeOf(from) === 'embedders' && wings!.includes(placeOf(to)));

  expect([...new Set(known.map(({ to }) => placeOf(to)))]).toEqual(['pricing']);
});

it('the flow names no store and no wire format', () => {
  const named = imports.filter(({ from, to }) => placeOf(from) === 'flow' && ['stores', 'providers'].includes(placeOf(to)));

  expect(named.map(({ to }) => relative(root, to)).filter((file) => file !== 'stores/store.ts' && file !== 'providers/format.ts')).toEqual([]);
});

it('sources name the file they mean, with its ending', () => {
  expect(imports.filter(({ to }) => !to.endsWith('.ts')).map(({ from, to }) => `${relative(root, from)} imports ${to}`)).toEqual([]);
});
