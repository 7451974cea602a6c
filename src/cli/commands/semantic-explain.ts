import type { Command } from 'commander';
import { openScorer, type Score } from '../../semantic/score.ts';
import { pairs, printable, say, sayJson } from '../output.ts';
import { addSemanticFlags, context, type SemanticFlags, semanticOf } from '../semantic-flags.ts';

export function configure(command: Command): void {
  addSemanticFlags(command)
    .description('Says whether a question would be served the answer of another, and why: what each guard has against it, and what the judge says.')
    .option('--json', 'As a JSON object.')
    .action(explain);
}

async function explain(stored: string, asked: string, flags: SemanticFlags & Record<string, unknown>): Promise<void> {
  const scorer = await openScorer(semanticOf(flags), context());
  try {
    const score = await scorer.score({ a: stored, b: asked });
    if (flags.json) sayJson(asJson(score, scorer.threshold));
    else tell(score, scorer.threshold);
  } finally {
    await scorer.close();
  }
}

function asJson({ hit, why, similarity, decision }: Score, threshold: number | undefined): object {
  const { strategy, vetoes, probability } = decision;
  return { hit, why: why ?? null, strategy, similarity: similarity ?? null, probability: probability ?? null, threshold: threshold ?? null, vetoes };
}

function tell({ hit, why, similarity, decision }: Score, threshold: number | undefined): void {
  const { strategy, vetoes, probability } = decision;
  say(hit ? `Hit: ${strategy === 'normalised' ? 'the same but for how it is written' : 'the judge takes them for the same'}.` : `No hit: ${printable(why ?? '')}.`);
  const rows: [string, string][] = [
    ['strategy', strategy],
    ['similarity', similarity?.toFixed(3) ?? 'none'],
    ['judge', probability === undefined ? 'not asked' : probability.toFixed(4)],
    ['needed', threshold === undefined || threshold > 1 ? 'more than any judge gives' : threshold.toFixed(4)],
    ...vetoes.map((veto): [string, string] => [`veto of ${veto.guard}`, printable(veto.why)]),
  ];
  for (const line of pairs(rows, '  ')) say(line);
}
