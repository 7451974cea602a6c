import type { Command } from 'commander';
import { readPair } from '../../semantic/pair-lines.ts';
import { comparable, openScorer, scoreAll } from '../../semantic/score.ts';
import { withInput } from '../lines.ts';
import { writeLine } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addSemanticFlags, checkLines, context, type SemanticFlags, semanticOf, valuesOf } from '../semantic-flags.ts';

interface Flags extends SemanticFlags {
  readonly pairs: string;
}

export function configure(command: Command): void {
  addSemanticFlags(command)
    .description('Says of pairs of questions whether the one would be served the answer of the other. A line: { "id", "a", "b" }, where `a` is the stored question and `b` the asked one, each a text or messages. Writes a line a pair, in order: { "id", "hit", "probability", "similarity", "strategy", "vetoes" }.')
    .requiredOption('--pairs <file>', 'A JSONL file, also .gz; `-` is standard input.')
    .option('--json', 'Errors, too, as JSON. The lines are JSON anyway.')
    .action(score);
}

async function score(flags: Flags & Record<string, unknown>): Promise<void> {
  const options = semanticOf(flags);
  await withInput(flags.pairs, async (path) => {
    const total = await checkLines(path, readPair, flags.json === true);
    const scorer = await openScorer(options, context());
    try {
      await withProgress('Scoring', process.stdout.isTTY ? 0 : total, async (advance) => {
        let done = 0;
        for await (const { pair, score: { hit, decision, similarity } } of scoreAll(scorer, valuesOf(path, readPair))) {
          const { strategy, vetoes } = decision;
          await writeLine({ id: pair.id, hit, probability: comparable(decision), similarity: similarity ?? null, strategy, vetoes });
          advance(++done);
        }
      });
    } finally {
      await scorer.close();
    }
  });
}
