import { readFileSync } from 'node:fs';
import type { JudgeFiles } from '../../../src/semantic/model/judge.ts';

/** A judge and static vectors with random weights, written by `models/tiny_fixture.py`, and what PyTorch makes of them. */
export const tinyFile = (name: string): URL => new URL(`tiny/${name}`, import.meta.url);

export const tinyBytes = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(tinyFile(name)));

export const tinyJudgeFiles = (): JudgeFiles => ({ weights: tinyFile('judge.bin'), vocabulary: tinyFile('vocabulary.txt') });

export interface Expected {
  judge: { ids: number[]; second: number; logit: number }[];
  static: { text: string; vector: number[] };
}

export const expected = (): Expected => JSON.parse(readFileSync(tinyFile('expected.json'), 'utf8')) as Expected;
