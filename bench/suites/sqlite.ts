import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, ours, textOfAnswer, textOfOutcome } from '../ours.ts';
import { llmCacher, sqliteDriverName } from '../peers.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { answerOf, answerText, type ChatRequest, indexOf, requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, micros, type Table, times } from '../table.ts';

/** Entries in each file, and requests asked in turn. */
const REQUESTS = 1_000;

/** An exact hit read from a SQLite file. */
export async function run({ quick, note }: SuiteContext): Promise<readonly Table[]> {
  note('exact hits from SQLite files');
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'));
  try {
    return [await hits(folder, quick)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hits(folder: string, quick: boolean): Promise<Table> {
  const requests = Array.from({ length: REQUESTS }, (_, index) => requestOf(index, 1024));
  const bodies = requests.map((request) => Buffer.from(JSON.stringify(request)));
  const alone = ours({ store: `sqlite:${join(folder, 'alone.db')}`, memory: false });
  const tiered = ours({ store: `sqlite:${join(folder, 'tiered.db')}` });
  await fill(alone, requests);
  await fill(tiered, requests);
  const create = async (request: object) => answerOf(indexOf((request as ChatRequest).messages.at(-1)!.content));
  const peer = await llmCacher({ chat: { completions: { create } } }, join(folder, 'llm-cacher.db'));

  const contestants: Contestant[] = [
    {
      name: 'reprise, object',
      includes: 'object to key, read from the file (memory before it switched off), checksums, statistics; the answer as bytes',
      ask: (at) => alone.ask(requests[at]!),
      textOf: textOfOutcome,
    },
    {
      name: 'reprise, object, parsed',
      includes: 'the same, and the answer parsed from its bytes',
      async ask(at) {
        const { answer } = await alone.ask(requests[at]!);
        return JSON.parse(Buffer.from(answer.body as Uint8Array).toString());
      },
      textOf: textOfAnswer,
    },
    { name: 'reprise, raw body', includes: 'the same from bytes; the answer as bytes', ask: (at) => alone.ask(bodies[at]!), textOf: textOfOutcome },
    { name: 'reprise, as it comes', includes: 'the default: memory before the file, which has the answer by now', ask: (at) => tiered.ask(requests[at]!), textOf: textOfOutcome },
    {
      name: 'llm-cacher SQLite',
      includes: `object to key, read from the file (driver: ${sqliteDriverName()}), entry parsed from JSON`,
      ask: (at) => peer.chat.completions.create(requests[at]!),
      textOf: textOfAnswer,
    },
  ];
  const plan = { rounds: quick ? 15 : 60, calls: 250, requests: REQUESTS, warmUp: quick ? 1_000 : 4_000 };
  const timings = await inRounds(contestants, plan, answerText);
  await Promise.all([alone.cache.close(), tiered.cache.close()]);
  const [best] = timings.slice(-1);
  return {
    title: 'Exact hit from a SQLite file: request of 1 KB, answer of 2 KB',
    columns: ['', 'a call', 'fastest round', 'against llm-cacher', 'what it includes'],
    rows: timings.map(({ name, includes, median, spread }) => [name, micros(median), micros(spread[0]), times(best!.median / median), includes]),
    checks: [
      atLeast('from an object, from the file', 4, best!.median / timings[0]!.median),
      atLeast('the same with the answer parsed, as the peer gives it', 4, best!.median / timings[1]!.median),
    ],
    about: [
      `${REQUESTS} entries in each file, asked in turn; median of ${plan.rounds} rounds of ${plan.calls} calls each, contestants in turn. The files are in the system's page cache.`,
      'llm-cacher names better-sqlite3 as its driver. It is installed where it can be built; else llm-cacher is given `node:sqlite`, which has the same methods.',
      '@nodellmcache/prompt-cache and @langchain/core have no SQLite store.',
    ],
  };
}
