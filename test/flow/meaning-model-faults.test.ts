import { copyFile, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { JudgeError } from '../../src/base/errors.ts';
import { tinyFile } from '../semantic/model/tiny.ts';
import { faultsForTest, later, RESTED } from './faults-for-test.ts';

const FILES = ['judge.bin', 'static.bin', 'vocabulary.txt'] as const;
/** With this threshold the judge, whose weights are random, holds all for the same. */
const CALIBRATION = { judge: 'tiny', guards: [], negatives: 1000, positives: 1000, rows: [{ falseHits: 0.01, threshold: 0, measured: 0.005, upTo: 0.01, hits: 1 }] };

/** One question in words that the small model knows, each with the same words and another normal form. */
const ASKED = 'how do i turn on the dark mode';
const REWORDED = ASKED.split(' ').flatMap((_, from, words) => words.slice(from + 1).map((word, to) => words.with(from, word).with(from + 1 + to, words[from]!).join(' ')));

/** A folder with a whole model, for a test to spoil. */
async function modelFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-model-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(FILES.map((name) => copyFile(tinyFile(name), join(folder, name))));
  await writeFile(join(folder, 'calibration.json'), JSON.stringify(CALIBRATION));
  return folder;
}

/** A cache that matches by the model in a folder, with room for a thread to start on a busy machine. */
async function cacheWith(folder: string) {
  const cache = await faultsForTest({ model: folder, embedder: 'bundled', judge: 'bundled', timeout: 8000 });
  let at = 0;
  return { ...cache, reworded: async () => cache.askAndSettle(REWORDED[at++]!) };
}

describe('a model in a folder of one\'s own', () => {
  it('finds and judges, with nothing else asked', async () => {
    const { askAndSettle, reworded, told, provider } = await cacheWith(await modelFolder());
    await askAndSettle(ASKED);

    const outcome = await reworded();

    expect(outcome).toMatchObject({ kind: 'semantic', match: { matched: ASKED } });
    expect(outcome.match!.similarity).toBeCloseTo(1, 1);
    expect(outcome.match!.probability).toBeGreaterThan(0);
    expect([told, provider.calls]).toEqual([[], 1]);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['missing', (path) => unlink(path)],
    ['empty', (path) => writeFile(path, '')],
    ['cut short', async (path) => writeFile(path, (await readFile(path)).subarray(0, -100))],
    ['changed in one byte', async (path) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 20]! ^= 1;
      await writeFile(path, bytes);
    }],
    ['another file', (path) => writeFile(path, 'Dear diary, today it rained.')],
  ])('says once which of its files is %s, goes on without it, and takes it when it is there', async (_, spoil) => {
    for (const name of FILES) {
      const folder = await modelFolder();
      await spoil(join(folder, name));
      const { askAndSettle, reworded, told } = await cacheWith(folder);
      await askAndSettle(ASKED);

      const during = [await reworded(), await reworded(), await reworded()].map(({ kind }) => kind);
      const exact = (await askAndSettle(ASKED)).kind;
      await copyFile(tinyFile(name), join(folder, name));
      later(RESTED);
// What is stored is read in the background.
      await expect.poll(async () => (await reworded()).kind, { timeout: 8000 }).toBe('semantic');

      expect([name, during, exact]).toEqual([name, ['miss', 'miss', 'miss'], 'exact']);
      expect([name, told.map(({ code }) => code)]).toEqual([name, ['MODEL_UNUSABLE']]);
      expect(told[0]!.message).toContain(folder);
    }
  }, 60_000);

  it.each<[string, (path: string) => Promise<void>]>([
    ['missing', (path) => unlink(path)],
    ['no JSON', (path) => writeFile(path, '{"judge"')],
    ['no table', (path) => writeFile(path, '{"judge":"tiny","rows":[]}')],
    ['a table with a threshold below 0', (path) => writeFile(path, JSON.stringify({ ...CALIBRATION, rows: [{ ...CALIBRATION.rows[0], threshold: -1 }] }))],
  ])('without a usable calibration.json (%s) matches nothing and says so once', async (_, spoil) => {
    const folder = await modelFolder();
    await spoil(join(folder, 'calibration.json'));
    const { askAndSettle, reworded, told } = await cacheWith(folder);
    await askAndSettle(ASKED);

    const during = [(await reworded()).kind, (await reworded()).kind, (await askAndSettle(ASKED)).kind];

    expect(during).toEqual(['miss', 'miss', 'exact']);
    expect(told.map(({ code }) => code)).toEqual(['CALIBRATION_MISSING']);
    expect(told[0]!.message).toContain('calibration');
  });

  it('serves nothing where its table promises no rate as low as was asked for', async () => {
    const { askAndSettle, told } = await cacheWith(await modelFolder());
    await askAndSettle(ASKED);

    const outcome = await askAndSettle(REWORDED[0]!, { headers: { 'x-reprise-max-false-hits': '0.002' } });

    expect(outcome.kind).toBe('miss');
    expect(outcome.steps).toContainEqual(expect.objectContaining({ at: 'semantic', is: 'none', why: 'no threshold keeps the rate of false hits that was asked for' }));
    expect(told).toEqual([]);
  });

  it('does not match what its language model does not know, but for its form', async () => {
    const { askAndSettle, told } = await cacheWith(await modelFolder());
    await askAndSettle('Wie schalte ich den Dunkelmodus ein?');

    const other = await askAndSettle('Wie schalte ich Dunkelmodus ein?');
    const same = await askAndSettle('wie schalte ich den dunkelmodus ein?');

    expect(other.kind).toBe('miss');
    expect(other.steps).toContainEqual(expect.objectContaining({ at: 'semantic', is: 'none', why: expect.stringContaining('does not know it well') as string }));
    expect([same.kind, told]).toEqual(['normalised', []]);
  });
});

describe('the judge\'s thread', () => {
  it('may be killed in the middle of a lookup: that one goes to the provider, it is told of once, and a new thread goes on', async () => {
    const { askAndSettle, reworded, told } = await cacheWith(await modelFolder());
    await askAndSettle(ASKED);
    expect((await reworded()).kind).toBe('semantic');

    const post = Worker.prototype.postMessage;
    const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function kill(this: Worker) {
      void this.terminate();
    } as typeof post);
    const during = await reworded();
    spy.mockRestore();
    const after = await reworded();

    expect([during.kind, after.kind]).toEqual(['miss', 'semantic']);
    expect(told.map(({ code, ...rest }) => [code, (rest as Partial<JudgeError>).reason])).toEqual([['JUDGE_FAILED', 'stopped']]);
  });
});
