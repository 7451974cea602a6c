import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '../../src/stores/memory.ts';
import { modelFolder } from '../../src/semantic/bundled.ts';
import { built } from '../built.ts';
import { fill } from '../ours.ts';
import type { FirstLookup } from '../processes/first-lookup.ts';
import { stop } from '../processes.ts';
import { median } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';
import { asking, byMeaning, timed, untilReady, withoutMeaning } from './by-meaning.ts';
import { mixedQuestions, rewordedQuestions } from './texts.ts';


/** How soon questions are found by meaning after a store was opened, each time in a process of its own. */
export async function firstLookup({ quick, model, note }: SuiteContext): Promise<Table> {
  const entries = quick ? 3000 : 10_000;
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  const store = `sqlite:${join(folder, 'questions.db')}`;
  try {
    note('building for publishing');
    const library = join(await built(), 'index.js');
    const files = model ?? fileURLToPath(new URL('.', modelFolder().finder.weights as URL));
    const authored = rewordedQuestions();
    const stored = [...authored.map(({ question }) => question), ...mixedQuestions(entries - authored.length, 3)];
    note(`storing ${entries.toLocaleString('en')} answers in a SQLite file`);
    const filling = withoutMeaning(store);
    await fill(filling, stored.map((question) => asking(question)));
    await filling.cache.close();

    // Rewordings that are served, tried in another store of the same questions, so that what misses is not stored there.
    const memory = memoryStore({ maxBytes: '1GiB' });
    const again = withoutMeaning(memory);
    await fill(again, stored.map((question) => asking(question)));
    const trying = await byMeaning(memory, model);
    await untilReady(trying, stored);
    const rewordings: string[] = [];
    for (const { same } of authored) {
      if ((await timed(trying, asking(same[0]!))).outcome.kind === 'semantic') rewordings.push(same[0]!);
      if (rewordings.length === 20) break;
    }
    await again.cache.close();
    await trying.cache.close();

    const times = quick ? 3 : 7;
    note(`opening it ${times} times for each kind of hit`);
    const found = { normalised: [] as FirstLookup[], semantic: [] as FirstLookup[] };
    const open = (kind: keyof typeof found, questions: readonly string[]): Promise<FirstLookup> => opened([library, store, files, kind], questions);
    for (let round = 0; round < times; round++) {
      // What is asked in vain is stored: every process has questions of its own.
      const own = stored.slice(-(round + 1) * 300).slice(0, 300);
      found.normalised.push(await open('normalised', own.map((question) => `Please ${question}`)));
      found.semantic.push(await open('semantic', own.flatMap((question, at) => [`Kindly ${question}`, rewordings[(round * 5 + at) % rewordings.length]!])));
    }
    const row = (what: string, all: readonly FirstLookup[], says: string): string[] => {
      const of = (member: keyof FirstLookup): number[] => all.map((one) => one[member]);
      return [what, millis(median(of('took'))), millis(Math.min(...of('took'))), millis(median(of('worked'))), `${median(of('asked'))}`, says];
    };
    return {
      title: `From opening a SQLite file with ${entries.toLocaleString('en')} entries to the first hit by meaning`,
      columns: ['', 'median', 'fastest', 'worked', 'asked', 'what it is'],
      rows: [
        row('equal but for form', found.normalised, 'static vectors loaded, all questions read, put into normal form and embedded'),
        row('served by the judge', found.semantic, 'and the judge\'s thread started, its 20 MB read'),
      ],
      checks: [atMost('the first lookup by meaning', 500, median(found.normalised.map(({ took }) => took)), millis)],
      about: [`From \`createCache\` of the built package on, ${times} processes each, with its defaults but for \`mode: 'on'\`. Questions are asked one after the other with 5 ms between them until one is served; asked: how many that were. Until then they go to the provider, which answers at once, and are stored. Worked: the time that the thread has had a core; the rest it waited, or other processes had it.`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function opened(args: readonly string[], questions: readonly string[]): Promise<FirstLookup> {
  const file = fileURLToPath(new URL('../processes/first-lookup.ts', import.meta.url));
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    return await new Promise<FirstLookup>((resolve, reject) => {
      child.on('message', (message: FirstLookup | { error: string }) => ('error' in message ? reject(new Error(message.error)) : resolve(message)));
      child.send(questions);
      child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    });
  } finally {
    await stop(child);
  }
}
