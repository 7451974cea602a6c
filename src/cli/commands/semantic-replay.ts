import type { Command } from 'commander';
import { readQuery } from '../../semantic/pair-lines.ts';
import { replay as replayStream, type Replayed, type RightWrong } from '../../semantic/replay.ts';
import { withInput } from '../lines.ts';
import { pairs, say, sayJson, spanText } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addSemanticFlags, checkLines, context, type SemanticFlags, semanticOf, valuesOf } from '../semantic-flags.ts';
import { numberIn } from '../settings.ts';

interface Flags extends SemanticFlags {
  readonly stream: string;
  readonly limit?: string;
}

export function configure(command: Command): void {
  addSemanticFlags(command)
    .description('Asks the questions of a stream one after the other of an empty cache in memory, stores what misses, and counts right and wrong hits. A line: { "q", "group" }; one answer serves the questions of a group.')
    .requiredOption('--stream <file>', 'A JSONL file, also .gz; `-` is standard input.')
    .option('--limit <number>', 'Only so many questions, from the start.')
    .option('--json', 'As a JSON object.')
    .action(replay);
}

async function replay(flags: Flags & Record<string, unknown>): Promise<void> {
  const options = semanticOf(flags);
  const limit = flags.limit === undefined ? Infinity : numberIn(flags.limit, '--limit', 1, 1e9);
  await withInput(flags.stream, async (path) => {
    const total = await checkLines(path, readQuery, flags.json === true, limit);
    const replayed = await withProgress('Replaying', total, (onProgress) => replayStream(valuesOf(path, readQuery, limit), options, { ...context(), onProgress }));
    if (flags.json) sayJson(replayed);
    else tell(replayed);
  });
}

function tell({ queries, stored, hits, repeated, reworded, first, falseHits, rewordedHits, lookups }: Replayed): void {
  const both = ({ right, wrong }: RightWrong) => `${number(right)} right, ${number(wrong)} wrong`;
  const rows: [string, string][] = [
    ['queries', number(queries)],
    ['stored', number(stored)],
    ['exact hits', both(hits.exact)],
    ['normalised hits', both(hits.normalised)],
    ['semantic hits', both(hits.semantic)],
    ['word for word again', `${number(repeated.queries)}: ${both(repeated)}`],
    ['in other words', `${number(reworded.queries)}: ${both(reworded)}, so ${percent(rewordedHits)} served rightly`],
    ['for the first time', `${number(first.queries)}: ${percent(falseHits.share)} served wrongly (95 %: ${percent(falseHits.from)} to ${percent(falseHits.to)})`],
    ['judged', `${number(lookups.judged)} pairs, ${lookups.judgedEach.toFixed(2)} a lookup`],
    ['time a lookup', `${spanText(lookups.p50)} median, ${spanText(lookups.p99)} p99`],
  ];
  for (const line of pairs(rows)) say(line);
}

const number = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
