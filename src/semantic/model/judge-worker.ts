import { parentPort, workerData } from 'node:worker_threads';
import { ModelFileError } from '../../base/errors.ts';
import { nameOf, readSource } from './file-source.ts';
import { judgeKernel } from './judge-kernel.ts';
import type { FromJudge, JudgeThreadData, ToJudge } from './judge-messages.ts';
import { readJudge } from './judge-model.ts';
import type { Verdict } from './judge.ts';
import { checkVocabulary } from './model-file.ts';
import { pairInput } from './pair-input.ts';
import { readVocabulary } from './vocabulary.ts';
import { wordpiece } from './wordpiece.ts';

// The judge's thread: loads the model, then answers requests one pair after the other, and looks for word from outside in between.

const port = parentPort!;
const say = (message: FromJudge) => port.postMessage(message);
const waiting: { id: number; pairs: readonly (readonly [string, string])[] }[] = [];
let judgePair: ((a: string, b: string) => Verdict) | undefined;
let working = false;

port.on('message', (message: ToJudge) => {
  if ('cancel' in message) {
    const at = waiting.findIndex(({ id }) => id === message.cancel);
    if (at >= 0) waiting.splice(at, 1);
    return;
  }
  waiting.push(message);
  void work();
});

async function work(): Promise<void> {
  if (working || !judgePair) return;
  working = true;
  for (let request = waiting[0]; request; request = waiting[0]) {
    const verdicts: Verdict[] = [];
    for (const [a, b] of request.pairs) {
      verdicts.push(judgePair(a, b));
      await new Promise(setImmediate);
      if (waiting[0] !== request) break;   // cancelled
    }
    if (waiting[0] !== request) continue;
    waiting.shift();
    say({ id: request.id, verdicts });
  }
  working = false;
}

async function load({ weights, vocabulary }: JudgeThreadData): Promise<void> {
  const [weightBytes, vocabularyBytes] = await Promise.all([readSource(weights, 'judge'), readSource(vocabulary, 'vocabulary')]);
  const { file, model } = await readJudge(weightBytes, nameOf(weights, 'judge'));
  const vocabularyName = nameOf(vocabulary, 'vocabulary');
  await checkVocabulary(file, vocabularyBytes, vocabularyName);
  const known = await readVocabulary(vocabularyBytes, vocabularyName);
  if (known.size !== model.words.rows) throw new ModelFileError(vocabularyName, `has ${known.size} tokens, and the judge has ${model.words.rows}`);
  const tokenizer = wordpiece(known);
  const kernel = judgeKernel(model);
  judgePair = (a, b) => {
    const { ids, second, whole } = pairInput(tokenizer, a, b, kernel.limit);
    const logit = kernel.logit(ids, second);
    return { probability: 1 / (1 + Math.exp(-logit)), logit, tokens: ids.length, whole };
  };
  judgePair('warm', 'up');
  say({ ready: `reprise-judge:${model.sha256.slice(0, 16)}` });
  await work();
}

try {
  await load(workerData as JudgeThreadData);
} catch (error) {
  say(error instanceof ModelFileError
    ? { failed: error.message, path: error.path, why: error.why }
    : { failed: error instanceof Error ? error.message : String(error) });
  port.close();
}
