import { parseArgs } from 'node:util';
import { describeMachine, machine } from './machine.ts';
import { installPeers } from './peers.ts';
import type { Suite } from './suite.ts';
import { asMarkdown, asText, type Table } from './table.ts';

/** Every suite: its name on the command line, and its file. */
const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  memory: () => import('./suites/memory.ts'),
  sqlite: () => import('./suites/sqlite.ts'),
  flight: () => import('./suites/flight.ts'),
  proxy: () => import('./suites/proxy.ts'),
  heap: () => import('./suites/heap.ts'),
  start: () => import('./suites/start.ts'),
  semantic: () => import('./suites/semantic.ts'),
  langcache: () => import('./suites/langcache.ts'),
  stores: () => import('./suites/stores.ts'),
};

const USAGE = `npm run bench -- [--quick] [--json | --markdown] [--model FOLDER] [--part NAME] [${Object.keys(SUITES).join(' | ')}] ...`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      model: { type: 'string' },
      part: { type: 'string', multiple: true },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(', ')}.`);
  installPeers();

  const where = machine();
  const found: Record<string, readonly Table[]> = {};
  if (!values.json) process.stdout.write(`${values.markdown ? '' : '\n'}${describeMachine(where)}\n\n`);
  for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
    const { run } = await SUITES[name]!();
    found[name] = await run({ quick: values.quick, model: values.model, parts: values.part, note: (text) => process.stderr.write(`  ${text} ...\n`) });
    if (!values.json) process.stdout.write(`${found[name].map(values.markdown ? asMarkdown : asText).join('\n')}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: where, quick: values.quick, suites: found }, undefined, 2)}\n`);
  const missed = Object.values(found).flatMap((tables) => tables.flatMap(({ checks }) => checks.filter(({ met }) => !met)));
  for (const { what, target, found: value } of missed) process.stderr.write(`missed: ${what}: ${value} (aim ${target})\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
