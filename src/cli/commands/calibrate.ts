import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CalibrationTable, calibrate as measure } from '../../semantic/calibration.ts';
import { BUILT_IN } from '../../semantic/guards/guards.ts';
import { readLabelledPair } from '../../semantic/pair-lines.ts';
import { openScorer, type Score, scoreAll } from '../../semantic/score.ts';
import { writeWhole } from '../../stores/write-file.ts';
import { CliError } from '../exit-codes.ts';
import { withInput } from '../lines.ts';
import { count, say, sayJson, table } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addModel, checkLines, context, type SemanticFlags, semanticOf, valuesOf } from '../semantic-flags.ts';
import { addSettings } from '../settings.ts';

interface Flags extends SemanticFlags {
  readonly pairs: string;
  readonly out: string;
}

export function configure(command: Command): void {
  addModel(addSettings(command, ['turns', 'embedder']))
    .description('Measures which probability of the judge keeps which rate of false hits, on pairs of your own: { "id", "a", "b", "label" }, where the label 1 says that one answer serves both. Several thousand pairs with the label 0 are needed for rates of 0.01 and below. Pairs in which guards or rules have the last word count as they would be decided.')
    .requiredOption('--pairs <file>', 'A JSONL file, also .gz; `-` is standard input.')
    .requiredOption('--out <file>', 'Where the table is written, for --calibration and the option semantic.calibration.')
    .option('--json', 'The table as a JSON object.')
    .action(calibrate);
}

async function calibrate(flags: Flags & Record<string, unknown>): Promise<void> {
  // Whatever the judge gives is to pass here: what is looked for is where to cut.
  const options = { ...semanticOf(flags), target: { threshold: 0 } };
  const found = await withInput(flags.pairs, async (path) => {
    const total = await checkLines(path, readLabelledPair, flags.json === true);
    const scorer = await openScorer(options, context());
    try {
      const scores = await withProgress('Measuring', total, async (advance) => {
        const all: { label: 0 | 1; probability: number }[] = [];
        for await (const { pair, score } of scoreAll(scorer, valuesOf(path, readLabelledPair))) advance(all.push({ label: pair.label, probability: decisive(score) }));
        return all;
      });
      return measure(await scorer.fingerprint(), BUILT_IN.map(({ name }) => name), scores);
    } finally {
      await scorer.close();
    }
  });
  await write(flags.out, found);
  if (flags.json) return sayJson(found);
  tell(found, flags.out);
}

/** The probability as it decides: what is never served has none, what is served without the judge has all. */
const decisive = ({ hit, decision: { strategy, probability = 0 } }: Score): number => (!hit ? 0 : strategy === 'normalised' ? 1 : probability);

async function write(path: string, found: CalibrationTable): Promise<void> {
  try {
    await writeWhole(resolve(path), `${JSON.stringify(found, null, 2)}\n`);
  } catch (error) {
    throw new CliError('failed', `${path} cannot be written: ${(error as Error).message}`, { code: 'UNWRITABLE', cause: error });
  }
}

const COLUMNS = [...['FALSE HITS', 'THRESHOLD', 'MEASURED', 'UP TO (95 %)'].map((title) => ({ title, align: 'right' }) as const), { title: 'HITS' }];

function tell({ negatives, positives, rows }: CalibrationTable, path: string): void {
  const cells = rows.map(({ falseHits, threshold, measured, upTo, hits }) => [percent(falseHits), threshold > 1 ? 'none' : threshold.toFixed(4), percent(measured), percent(upTo), percent(hits)]);
  for (const line of table(COLUMNS, cells)) say(line);
  say(`${count(negatives, 'pair')} that differ and ${count(positives, 'pair')} that do not; written to ${path}.`);
  const [best] = rows.filter(({ threshold }) => threshold <= 1);
  if (!best) say('There are too few pairs that differ for any of these rates.');
  else if (best !== rows[0]) say(`For rates below ${percent(best.falseHits)} there are too few pairs that differ.`);
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
