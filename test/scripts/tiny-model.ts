import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { tinyFile } from '../semantic/model/tiny.ts';

/** A folder with the small model and a table by which half is enough. Gone after the file's tests. */
export function tinyModel(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-eval-'));
  for (const file of ['judge.bin', 'static.bin', 'vocabulary.txt']) copyFileSync(tinyFile(file), join(folder, file));
  const row = { falseHits: 0.01, threshold: 0.5, measured: 0.005, upTo: 0.01, hits: 0.4 };
  writeFileSync(join(folder, 'calibration.json'), JSON.stringify({ judge: 'tiny', guards: [], negatives: 1000, positives: 1000, rows: [row] }));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
