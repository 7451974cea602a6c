import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { run, start, temporaryFolder, writeLines } from './support.ts';

const model = join(import.meta.dirname, '../semantic/model/tiny');
const table = {
  judge: 'reprise-judge:2ac6f54624f3eca8', guards: [], negatives: 1000, positives: 1000,
  rows: [{ falseHits: 0.001, threshold: 1, measured: 0, upTo: 0.001, hits: 0.1 }, { falseHits: 0.02, threshold: 0, measured: 0.01, upTo: 0.02, hits: 0.5 }],
};

async function folder() {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'table.json'), JSON.stringify(table));
  return cwd;
}

const flags = ['--model', model, '--calibration', 'table.json'];

interface Scored {
  id: unknown;
  hit: boolean;
  probability: number;
  similarity: number | null;
  strategy: string;
  vetoes: { guard: string; why: string }[];
}

const pairs = [
  { id: 'same', a: 'How do I turn on the dark mode?', b: 'how do i turn on the dark mode', label: 1 },
  { id: 2, a: 'how do i turn on the dark mode', b: 'how do i turn off the dark mode', label: 0 },
  { id: 'reworded', a: 'how do i turn on the dark mode', b: 'how do i turn on dark mode please', label: 1 },
  { id: 'told', a: [{ role: 'user', content: 'the screen is dark' }, { role: 'assistant', content: 'it is' }, { role: 'user', content: 'turn it off' }], b: [{ role: 'user', content: 'turn it off' }] },
];
const scored = (out: string): Scored[] => out.trim().split('\n').map((line) => JSON.parse(line) as Scored);

describe('reprise semantic score', () => {
  it('writes a line a pair, in order, with what the cache would do at the setting', async () => {
    const cwd = await folder();
    await writeLines(join(cwd, 'pairs.jsonl'), pairs);

    const [loose, strict] = await Promise.all(['0.02', '0.001'].map((rate) => run(['semantic', 'score', '--pairs', 'pairs.jsonl', '--max-false-hits', rate, ...flags], { cwd })));

    const [same, off, reworded, told] = scored(loose!.out);
    expect([loose!.code, strict!.code]).toEqual([0, 0]);
    expect(Object.keys(same!)).toEqual(['id', 'hit', 'probability', 'similarity', 'strategy', 'vetoes']);
    expect(same).toMatchObject({ id: 'same', hit: true, probability: 1, similarity: 1, strategy: 'normalised', vetoes: [] });
    expect(off).toMatchObject({ id: 2, hit: false, strategy: 'semantic' });
    expect(off!.vetoes.length).toBeGreaterThan(0);
    expect(off!.probability).toBeLessThan(0.05);
    expect(reworded).toMatchObject({ id: 'reworded', hit: true });
    expect(told).toMatchObject({ id: 'told', hit: false, similarity: 1 });
    expect(scored(strict!.out).map(({ hit }) => hit)).toEqual([true, false, false, false]);
    expect(scored(strict!.out).map(({ probability }) => probability)).toEqual(scored(loose!.out).map(({ probability }) => probability));
  });

  it('reads gzipped files, and standard input', async () => {
    const cwd = await folder();
    const lines = pairs.map((pair) => `${JSON.stringify({ ...pair, note: 'a\u2028b' })}\n`).join('');
    await writeFile(join(cwd, 'pairs.jsonl.gz'), gzipSync(lines));

    const packed = await run(['semantic', 'score', '--pairs', 'pairs.jsonl.gz', ...flags], { cwd });
    const piped = await run(['semantic', 'score', '--pairs', '-', ...flags], { cwd, input: lines });

    expect(scored(packed.out).map(({ id }) => id)).toEqual(['same', 2, 'reworded', 'told']);
    expect(piped.out).toBe(packed.out);
  });

  it('scores nothing where a line is bad, and says which', async () => {
    const cwd = await folder();
    await writeLines(join(cwd, 'pairs.jsonl'), [pairs[0]!, '', '{"id": 1, "a": "x"}', { id: 2, a: [], b: 'x' }]);

    const ran = await run(['semantic', 'score', '--pairs', 'pairs.jsonl', ...flags], { cwd });

    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toContain('Line 3: it has no `b`');
    expect(ran.err).toContain('Line 4: a: must be a text, or messages');
  });

  it('ends with a word about the model or the table that is missing', async () => {
    const cwd = await folder();
    await writeLines(join(cwd, 'pairs.jsonl'), pairs);
    const score = ['semantic', 'score', '--pairs', 'pairs.jsonl', '--json'];

    const noModel = await run([...score, '--model', cwd, '--calibration', 'table.json'], { cwd });
    const noTable = await run([...score, '--model', model, '--calibration', 'none.json'], { cwd });

    expect([noModel.code, JSON.parse(noModel.err.split('\n').find((line) => line.startsWith('{"error"')) ?? '{}')]).toMatchObject([3, { error: { code: 'MODEL_UNUSABLE' } }]);
    expect([noTable.code, JSON.parse(noTable.err)]).toMatchObject([3, { error: { code: 'CALIBRATION_MISSING' } }]);
  });
});

describe('reprise semantic explain', () => {
  it('says what speaks against a match, for people and for machines', async () => {
    const cwd = await folder();
    const explain = ['semantic', 'explain', 'how do i turn on the dark mode', 'how do i turn off the dark mode', '--max-false-hits', '0.02', ...flags];

    const [told, json] = await Promise.all([run(explain, { cwd }), run([...explain, '--json'], { cwd })]);

    expect(told.out).toMatch(/^No hit: vetoed: /);
    expect(told.out).toMatch(/veto of \w+ +turn o/);
    expect(json.json()).toMatchObject({ hit: false, strategy: 'semantic', threshold: 0, probability: expect.any(Number) as number, similarity: expect.any(Number) as number, vetoes: [{}] });
  });

  it('refuses rates that there are not', async () => {
    const ran = await run(['semantic', 'explain', 'a', 'b', '--max-false-hits', '2', ...flags], { cwd: await folder() });

    expect(ran.code).toBe(3);
    expect(ran.err).toContain('maxFalseHits');
  });
});

describe('reprise semantic replay', () => {
  it('counts right and wrong hits of a stream, or of its start', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, 'stream.jsonl.gz'), gzipSync([
      { q: 'how do i turn on the dark mode', group: 1 }, { q: 'how do i turn on the dark mode', group: 1 }, { q: 'How do i turn on the dark mode?', group: 1 },
      { q: 'how do i turn off the dark mode', group: 2 },
    ].map((query) => `${JSON.stringify(query)}\n`).join('')));
    const replay = ['semantic', 'replay', '--stream', 'stream.jsonl.gz', '--json', ...flags];

    const [all, start] = await Promise.all([run(replay, { cwd }), run([...replay, '--limit', '2'], { cwd })]);

    expect(all.json()).toMatchObject({ queries: 4, stored: 2, hits: { exact: { right: 1, wrong: 0 }, normalised: { right: 1, wrong: 0 }, semantic: { right: 0, wrong: 0 } }, first: { queries: 2, wrong: 0 } });
    expect(start.json()).toMatchObject({ queries: 2, stored: 1 });
  });
});

describe('reprise calibrate', () => {
  it('writes a table that the other commands take, and leaves nothing else behind', async () => {
    const cwd = await folder();
    const words = ['dark', 'light', 'screen', 'file', 'files', 'mode', 'please', 'what', 'it', 'is'];
    const labelled = Array.from({ length: 60 }, (_, at) => {
      const shift = (by: number) => words.map((_word, place) => words[(place + by) % words.length]).slice(0, 4 + (at % 3)).join(' ');
      return { id: at, a: `how do i open ${shift(at)}`, b: `how do i open the ${shift(at + (at % 2))}`, label: 1 - (at % 2) };
    });
    await writeLines(join(cwd, 'pairs.jsonl'), labelled);

    const ran = await run(['calibrate', '--pairs', 'pairs.jsonl', '--out', 'mine.json', '--model', model, '--json'], { cwd });
    const used = await run(['semantic', 'explain', 'how do i open the file', 'how do i open the files', '--model', model, '--calibration', 'mine.json', '--max-false-hits', '0.2', '--json'], { cwd });

    const made = ran.json<{ judge: string; negatives: number; positives: number; rows: { falseHits: number; threshold: number }[] }>();
    expect(made).toMatchObject({ negatives: 30, positives: 30 });
    expect(made.judge).not.toBe('');
    expect(JSON.parse(await readFile(join(cwd, 'mine.json'), 'utf8'))).toEqual(made);
    expect((await readdir(cwd)).toSorted()).toEqual(['mine.json', 'pairs.jsonl', 'table.json']);
    expect(used.json<{ threshold: number }>().threshold).toBe(made.rows.find(({ falseHits }) => falseHits === 0.2)!.threshold);
  });

  it('needs labels', async () => {
    const cwd = await folder();
    await writeLines(join(cwd, 'pairs.jsonl'), [{ id: 1, a: 'x', b: 'y' }]);

    const ran = await run(['calibrate', '--pairs', 'pairs.jsonl', '--out', 'mine.json', '--model', model], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('Line 1: it has no `label`');
    expect(await readdir(cwd)).not.toContain('mine.json');
  });
});

it('ends quietly when whoever reads the scores has enough', async () => {
  const cwd = await folder();
  await writeLines(join(cwd, 'pairs.jsonl'), Array.from({ length: 2000 }, (_, id) => ({ ...pairs[0], id })));

  const { child, ended, said } = start(['semantic', 'score', '--pairs', 'pairs.jsonl', ...flags], { cwd });
  await said(/"id":0/);
  child.stdout.destroy();

  expect((await ended).code).toBe(0);
});
