import { modelFolder } from '../../src/semantic/bundled.ts';
import { createStaticEmbedder } from '../../src/semantic/model/static-embedder.ts';
import { normalForm } from '../../src/semantic/normal-form.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, micros, type Table } from '../table.ts';
import { inTurns } from './in-turns.ts';
import { authoredTexts } from './texts.ts';

const WORDS = 20;

interface Row {
  readonly name: string;
  readonly what: string;
  work(text: string, call: number): unknown;
}

/** What it takes until a question has its vector. */
export async function embedding({ quick, model, note }: SuiteContext): Promise<Table> {
  note(`embedding questions of ${WORDS} words`);
  const embedder = await createStaticEmbedder({ load: () => modelFolder(model).finder });
  const texts = authoredTexts().filter((text) => text.split(/\s+/).length === WORDS);
  const rows: readonly Row[] = [
    { name: 'embed', what: 'word pieces, the sum of their vectors, brought to length 1', work: (text: string) => embedder.embed(text) },
    { name: 'knows', what: 'whether the model knows its language', work: (text: string) => embedder.knows(text) },
    { name: 'normalForm', what: 'case, white space, closing marks and politeness taken away', work: (text: string, call: number) => normalForm(`${text} ${call}`) },
    {
      name: 'all three',
      what: 'as a lookup does it: the normal form, whether it is known, its vector',
      work(text: string, call: number) {
        const normal = normalForm(`${text} ${call}`);
        return embedder.knows(normal).known ? embedder.embed(normal) : undefined;
      },
    },
  ];
  const took = await inTurns(rows.map(({ name, work }) => ({ name, work: (call) => work(texts[call % texts.length]!, call) })), { rounds: quick ? 30 : 100, calls: 400 });
  return {
    title: `A question of ${WORDS} words`,
    columns: ['', 'a call', 'fastest round', 'what it is'],
    rows: rows.map(({ name, what }) => [name, micros(took.get(name)!.median * 1e6), micros(took.get(name)!.fastest * 1e6), what]),
    checks: [atMost(`static embedding of ${WORDS} words`, 60_000, took.get('embed')!.median * 1e6, micros)],
    about: [`${texts.length} authored questions of ${WORDS} words in turn, vectors of ${embedder.dimensions} dimensions, in the calling thread. Normal forms are remembered: each is asked of another text here, by a number behind it.`],
  };
}
