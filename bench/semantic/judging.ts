import { modelFolder } from '../../src/semantic/bundled.ts';
import { readSource } from '../../src/semantic/model/file-source.ts';
import { createJudge } from '../../src/semantic/model/judge.ts';
import { judgeKernel } from '../../src/semantic/model/judge-kernel.ts';
import { readJudge } from '../../src/semantic/model/judge-model.ts';
import { pairInput } from '../../src/semantic/model/pair-input.ts';
import { readVocabulary } from '../../src/semantic/model/vocabulary.ts';
import { wordpiece } from '../../src/semantic/model/wordpiece.ts';
import { onnxRuntimeWeb } from '../peers.ts';
import type { SuiteContext } from '../suite.ts';
import { millis, type Table, times } from '../table.ts';
import { inTurns } from './in-turns.ts';
import { asOnnx } from './onnx.ts';
import { authoredTexts, mixedQuestions } from './texts.ts';

const LENGTHS = [24, 48, 96] as const;

/** The judge's time for a pair against onnxruntime-web's for the same weights. */
export async function judging({ quick, model, note }: SuiteContext): Promise<Table> {
  note('reading the judge, and writing it as ONNX');
  const { weights, vocabulary } = modelFolder(model).judge;
  const { model: judge } = await readJudge(await readSource(weights, 'judge'));
  const tokenizer = wordpiece(await readVocabulary(await readSource(vocabulary, 'vocabulary')));
  const kernel = judgeKernel(judge);
  const runtime = await onnxRuntimeWeb();
  const int8 = await runtime(asOnnx(judge, 'int8'));
  const float = await runtime(asOnnx(judge, 'float'));
  const thread = createJudge({ load: () => ({ weights, vocabulary }), timeLimit: 60_000, maxWaiting: 1000 });
  await thread.ready();

  const pairs = pairsOf(quick ? 200 : 1000);
  const inputs = pairs.map(([a, b]) => pairInput(tokenizer, a, b, kernel.limit));
  note('comparing probabilities');
  let [farFloat, farInt8] = [0, 0];
  for (const { ids, second } of inputs.slice(0, quick ? 40 : 200)) {
    const [ours, exact, rounded] = [kernel.logit(ids, second), await float(ids, second), await int8(ids, second)].map((logit) => 1 / (1 + Math.exp(-logit))) as [number, number, number];
    farFloat = Math.max(farFloat, Math.abs(ours - exact));
    farInt8 = Math.max(farInt8, Math.abs(rounded - exact));
  }

  const rows: string[][] = [];
  let ratio = Infinity;
  for (const length of LENGTHS) {
    note(`pairs of ${length} tokens`);
    const chosen = inputs.flatMap(({ ids, second }, at) => (ids.length === length ? [{ ids, second, pair: pairs[at]! }] : [])).slice(0, 16);
    if (chosen.length === 0) throw new Error(`No pair has ${length} tokens.`);
    const of = (call: number) => chosen[call % chosen.length]!;
    const took = await inTurns(
      [
        { name: 'reprise', work: (call) => kernel.logit(of(call).ids, of(call).second) },
        { name: 'int8', work: (call) => int8(of(call).ids, of(call).second) },
        { name: 'float', work: (call) => float(of(call).ids, of(call).second) },
        { name: 'thread', work: (call) => thread.judge([of(call).pair]) },
      ],
      { rounds: quick ? 8 : 40, calls: 4 },
    );
    const time = (name: string): number => took.get(name)!.median;
    if (length === 48) ratio = time('reprise') / time('int8');
    rows.push([
      `${length}`, millis(time('reprise')), millis(took.get('reprise')!.fastest), millis(time('int8')), millis(took.get('int8')!.fastest), millis(time('float')),
      times(time('reprise') / time('int8')), millis(time('thread')), '',
    ]);
  }
  await thread.close();
  return {
    title: 'The judge: a pair of texts',
    columns: ['tokens', 'reprise', 'fastest', 'onnxruntime-web, int8', 'fastest', 'onnxruntime-web, float', 'reprise against int8', 'through the thread', ''],
    rows,
    checks: [
      { what: 'a pair of 48 tokens, against onnxruntime-web with 8-bit products', target: '<= 1.20x', found: times(ratio), met: ratio <= 1.2 },
      { what: 'farthest probability from onnxruntime-web in floats', target: '<= 0.010', found: farFloat.toFixed(4), met: farFloat <= 0.01 },
    ],
    about: [
      `One thread each, the shipped weights in all three, authored pairs in turn. int8: dynamic quantisation, inputs in 8 bits; its probabilities are up to ${farInt8.toFixed(3)} from those in floats. The kernel here takes inputs of 14 bits.`,
      'Through the thread: the same pair by message to the judge\'s thread and back, texts cut into tokens there.',
    ],
  };
}

/** Pairs of many lengths. */
function pairsOf(count: number): (readonly [string, string])[] {
  const mixed = mixedQuestions(count, 9);
  const authored = authoredTexts();
  const short = authored.slice(1).map((text, at) => [text, authored[at]!] as const);
  const long = mixed.map((text, at) => [`${text} ${mixed[(at + 1) % count]!}`, `${mixed[(at + 2) % count]!} ${mixed[(at + 3) % count]!}`] as const);
  return [...short, ...long];
}
