import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../scripts/eval/groups.ts';
import type { SetResult } from '../../scripts/eval/results.ts';
import { tinyModel } from './tiny-model.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

const folder = tinyModel();
const at = (name: string) => join(folder, name);
const evaluate = (...flags: string[]) => run(process.execPath, [join(root, 'scripts/eval.ts'), '--model', folder, ...flags], { cwd: root });

interface Report {
  readonly judge: string;
  readonly threshold: number;
  readonly sets: readonly SetResult[];
}
const report = (): Report => JSON.parse(readFileSync(at('report.json'), 'utf8')) as Report;

describe('npm run eval', { timeout: 60_000 }, () => {
  it('measures what ships, its parts and a system from elsewhere on the same pairs, and writes figures and plots', async () => {
    await evaluate('--write-pairs', at('pairs.jsonl'), '--sample', '20');
    const pairs = jsonLines<{ id: string; a: string; b: string; label: 0 | 1 }>(readFileSync(at('pairs.jsonl'), 'utf8'));
    writeFileSync(at('perfect.jsonl'), pairs.map(({ id, label }) => `${JSON.stringify({ id, score: label })}\n`).join(''));

    const { stdout } = await evaluate('--only', 'authored', '--sample', '20', '--baseline', `perfect=${at('perfect.jsonl')}`, '--json', at('report.json'), '--plots', at('plots'), '--markdown');

    const { judge, threshold, sets } = report();
    const [authored] = sets;
    const figures = Object.fromEntries(authored!.systems.map((system) => [system.name, system.figures]));
    expect(pairs).toHaveLength(20);
    expect([judge, threshold]).toEqual([expect.stringMatching(/^reprise-judge:/), 0.5]);
    expect(Object.keys(figures)).toEqual(['Reprise (guards and judge)', 'judge alone', 'static vectors alone (cosine)', 'perfect']);
    expect(figures.perfect).toMatchObject({ auc: 1, hitsAt: { '0.01': 1, '0.02': 1, '0.05': 1 } });
    expect(Object.values(figures).map(({ positives, negatives }) => positives + negatives)).toEqual([20, 20, 20, 20]);
    expect(Object.values(authored!.ends).reduce((sum, { same, different }) => sum + same + different, 0)).toBe(20);
    expect(stdout).toContain('| perfect |');
    expect(readdirSync(at('plots')).toSorted()).toEqual(['authored-calibration.svg', 'authored-hits.svg']);
    expect((await evaluate('--from', at('report.json'), '--markdown')).stdout).toBe(stdout);
  });

  it('serves no conversation of another story by default, and measures judged ones beside', async () => {
    await evaluate('--only', 'conversations,conversations-judged', '--sample', '12', '--json', at('report.json'));

    const { sets } = report();
    expect(sets.map(({ name }) => name)).toEqual(['conversations', 'conversations-judged']);
    expect(sets[0]!.systems[0]!.figures.falseHits).toMatchObject({ count: 0 });
    expect(sets[0]!.ends['not looked up'].different).toBe(sets[0]!.systems[0]!.figures.negatives);
  });

  it.each([
    ['a set that is not there', ['--only', 'nonsense'], 'There is no set nonsense; there are authored, long, conversations, conversations-judged.'],
    ['a stream without its folder', ['--stream'], '--stream needs --development FOLDER.'],
    ['a baseline without a name', ['--baseline', 'x.jsonl', '--sample', '1'], 'A baseline is NAME=FILE, and not x.jsonl.'],
  ])('refuses %s', async (_, flags, message) => {
    await expect(evaluate(...flags)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
  });

  it('refuses scores that lack some of the pairs', async () => {
    writeFileSync(at('some.jsonl'), `${readFileSync(at('pairs.jsonl'), 'utf8').split('\n', 1)[0]!.replace('"label"', '"score":1,"label"')}\n`);

    await expect(evaluate('--only', 'authored', '--sample', '20', '--baseline', `some=${at('some.jsonl')}`)).rejects.toMatchObject({
      stderr: expect.stringMatching(/The scores of some lack 19 of 20 pairs, such as \S+\./),
    });
  });
});
