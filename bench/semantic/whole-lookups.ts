import { modelFolder } from '../../src/semantic/bundled.ts';
import { createGuards } from '../../src/semantic/guards/guards.ts';
import { createVectorIndex } from '../../src/semantic/index/vector-index.ts';
import { createStaticEmbedder } from '../../src/semantic/model/static-embedder.ts';
import { readSource } from '../../src/semantic/model/file-source.ts';
import { normalForm } from '../../src/semantic/normal-form.ts';
import { readText } from '../../src/semantic/text/read-text.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { fill } from '../ours.ts';
import { median, percentile } from '../rounds.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, millis, type Table } from '../table.ts';
import { asking, byMeaning, timed, untilReady, withoutMeaning } from './by-meaning.ts';
import { mixedQuestions, randomFrom, type Reworded, rewordedQuestions } from './texts.ts';

/** What a lookup costs through the whole cache, and what of a hit takes how long. */
export async function wholeLookups({ quick, model, note }: SuiteContext): Promise<readonly Table[]> {
  const entries = quick ? 5000 : 100_000;
  const authored = rewordedQuestions();
  const mixed = mixedQuestions(entries - authored.length + 1000, 3);
  const stored = [...authored.map(({ question }) => question), ...mixed.slice(0, entries - authored.length)];
  const store = memoryStore({ maxBytes: '8GiB', maxEntries: 2 * entries });
  const off = withoutMeaning(store);
  note(`storing ${entries.toLocaleString('en')} answers`);
  await fill(off, stored.map((question) => asking(question)));
  // With all of them, so that there are as many as said.
  const on = await byMeaning(store, model, { timeBound: true, personal: true });
  note('loading them');
  await untilReady(on, stored);
  await timed(on, asking(authored[0]!.same[0]!));

  note('misses');
  const misses = { off: [] as number[], far: [] as number[], judged: [] as number[], unjudged: [] as number[] };
  const far = await farQuestions(model, quick ? 200 : 1000);
  for (const [at, question] of far.entries()) {
    misses.off.push((await timed(off, asking(question, 0.3))).took);
    const { outcome, took } = await timed(on, asking(question));
    const step = outcome.steps.find((each) => each.at === 'semantic');
    if (outcome.kind === 'miss' && step?.at === 'semantic' && step.matched === undefined) misses.far.push(took);
    const near = mixed[entries - authored.length + at];
    if (near === undefined || at >= (quick ? 60 : 200)) continue;
    const before = on.judged.pairs;
    const other = await timed(on, asking(near));
    if (other.outcome.kind === 'miss') misses[on.judged.pairs > before ? 'judged' : 'unjudged'].push(other.took);
  }

  note('hits');
  const pairs = await hitting(on, authored.slice(1), quick ? 30 : 60);
  const hits = { exact: [] as number[], normalised: [] as number[], semantic: [] as number[], judge: [] as number[] };
  for (let round = 0; round < (quick ? 2 : 4); round++) {
    for (const { asked, stored: question } of pairs) {
      hits.exact.push((await timed(on, asking(question))).took);
      const formal = await timed(on, asking(`Please ${question}`));
      if (formal.outcome.kind === 'normalised') hits.normalised.push(formal.took);
      const from = on.judged.took.length;
      const { outcome, took } = await timed(on, asking(asked));
      if (outcome.kind !== 'semantic') continue;
      hits.semantic.push(took);
      hits.judge.push(on.judged.took.slice(from).reduce((sum, each) => sum + each, 0));
    }
  }
  await Promise.all([off.cache.close(), on.cache.close()]);

  const added = median(misses.far) - median(misses.off);
  const row = (what: string, times: readonly number[], says: string): string[] =>
    times.length === 0 ? [what, '', '', '0', says] : [what, millis(median(times)), millis(percentile(times, 0.99)), `${times.length}`, says];
  return [
    {
      title: `Whole requests with ${entries.toLocaleString('en')} answers in one scope`,
      columns: ['', 'median', '99th percentile', 'requests', 'what it is'],
      rows: [
        row('exact hit', hits.exact, 'from memory'),
        row('exact miss, meaning off', misses.off, 'a provider that answers at once; stored'),
        row('miss, nothing near', misses.far, `the same, after a lookup by meaning that finds nothing above the least similarity: ${millis(added)} more`),
        row('miss, near ones not judged', misses.unjudged, 'guards veto all that is near'),
        row('miss, near ones judged', misses.judged, 'the judge reads one or two'),
        row('normalised hit', hits.normalised, 'equal but for politeness'),
        row('hit by meaning', hits.semantic, 'the judge reads the one that is served, and seldom one before it'),
      ],
      checks: [atMost('a miss with nothing near, more than an exact miss', 1, added, millis)],
      about: [
        'From the request until the answer has been read and all has settled, one at a time, in turn. Questions are halves of two authored ones put together; what nothing is near to are rare words.',
      ],
    },
    await parts(pairs, stored, model, { total: median(hits.semantic), judge: median(hits.judge), exact: median(hits.exact) }),
  ];
}

interface Pair {
  readonly asked: string;
  readonly stored: string;
}

/** Rewordings that are served by meaning. */
async function hitting(on: Awaited<ReturnType<typeof byMeaning>>, authored: readonly Reworded[], most: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { same } of authored) {
    if (pairs.length === most) break;
    const { outcome } = await timed(on, asking(same[0]!));
    if (outcome.kind === 'semantic') pairs.push({ asked: same[0]!, stored: outcome.match!.matched });
  }
  if (pairs.length === 0) throw new Error('No rewording is served at the shipped setting.');
  return pairs;
}

/** The lowest cosine that is looked at, about. */
const LEAST = 0.45;

/** What of a hit takes how long, each part by itself with the same pairs. */
async function parts(pairs: readonly Pair[], stored: readonly string[], model: string | undefined, whole: { total: number; judge: number; exact: number }): Promise<Table> {
  const entries = stored.length;
  const embedder = await createStaticEmbedder({ load: () => modelFolder(model).finder });
  const index = createVectorIndex({ dimensions: embedder.dimensions, maxBytes: 2 ** 32 });
  stored.forEach((text, at) => index.add({ id: `${at}`, scope: 's', vector: embedder.embed(text) }));
  const guards = createGuards();
  const times = { form: [] as number[], vector: [] as number[], search: [] as number[], guards: [] as number[] };
  for (let round = 0; round < 5; round++) {
    for (const { asked, stored: question } of pairs) {
      const clock: number[] = [performance.now()];
      const lap = (): void => void clock.push(performance.now());
      // Forms are remembered: this one is new.
      normalForm(`${asked} ${round}`);
      lap();
      const normal = normalForm(asked);
      embedder.knows(normal);
      const vector = embedder.embed(normal);
      lap();
      await index.nearestInSteps({ scope: 's', vector, limit: 8, least: LEAST });
      lap();
      guards(readText(asked), readText(question));
      lap();
      if (round > 0) (['form', 'vector', 'search', 'guards'] as const).forEach((name, at) => times[name].push(clock[at + 1]! - clock[at]!));
    }
  }
  const named = [
    ['the judge, thread and all', whole.judge, 'as measured within the hits'],
    [`search among ${entries.toLocaleString('en')}`, median(times.search), 'the nearest 8'],
    ['guards', median(times.guards), 'all 15, for the pair that is served, both texts read anew'],
    ['normal form of the question', median(times.form), 'once'],
    ['its vector', median(times.vector), 'and whether its language is known'],
    ['an exact hit', whole.exact, 'key, store, answer'],
  ] as const;
  const rest = whole.total - named.reduce((sum, [, time]) => sum + time, 0);
  const share = (time: number): string => `${((time / whole.total) * 100).toFixed(1)} %`;
  return {
    title: 'What of a hit by meaning takes how long',
    columns: ['', 'median', 'share', 'what it is'],
    rows: [
      ...named.map(([what, time, says]) => [what, millis(time), share(time), says]),
      ['the rest', millis(rest), share(rest), 'what is near besides, and is vetoed or judged first; feedback; waiting for turns of the event loop'],
      ['hit by meaning', millis(whole.total), '', 'medians do not add up exactly'],
    ],
    checks: [],
    about: [`${pairs.length} authored rewordings that are served at the shipped setting.`],
  };
}

/** Questions of rare words, to which hardly anything is near. */
async function farQuestions(model: string | undefined, count: number): Promise<string[]> {
  const vocabulary = Buffer.from(await readSource(modelFolder(model).judge.vocabulary, 'vocabulary')).toString().split('\n').filter((word) => /^[a-z]{5,}$/.test(word));
  const rare = vocabulary.slice(vocabulary.length >> 1);
  const random = randomFrom(77);
  return Array.from({ length: count }, () => Array.from({ length: 14 }, () => rare[Math.floor(random() * rare.length)]!).join(' '));
}
