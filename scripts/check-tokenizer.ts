/**
 * Compares the tokenizer with the reference on any number of texts.
 *
 *     python models/reference_ids.py --tokenizer tokenizer.json FILES > ids.jsonl
 *     node scripts/check-tokenizer.ts vocabulary.txt ids.jsonl
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readVocabulary } from '../src/semantic/model/vocabulary.ts';
import { wordpiece } from '../src/semantic/model/wordpiece.ts';

const [vocabularyPath, idsPath] = process.argv.slice(2);
if (!vocabularyPath || !idsPath) {
  console.error('usage: node scripts/check-tokenizer.ts vocabulary.txt ids.jsonl');
  process.exit(2);
}

const tokenizer = wordpiece(await readVocabulary(readFileSync(vocabularyPath), vocabularyPath));
let texts = 0;
let differing = 0;
let spent = 0;

for await (const line of createInterface({ input: createReadStream(idsPath) })) {
  const [text, expected] = JSON.parse(line) as [string, number[]];
  const start = performance.now();
  const ids = tokenizer.encode(text);
  spent += performance.now() - start;
  texts++;
  if (ids.join() === expected.join()) continue;
  if (differing++ < 10) console.error(`${JSON.stringify(text)}\n  reference ${expected.join(' ')}\n  here      ${ids.join(' ')}`);
}

console.log(`${texts} texts, ${differing} differ, ${((spent / texts) * 1000).toFixed(1)} us a text`);
process.exitCode = texts > 0 && differing === 0 ? 0 : 1;
