import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { CalibrationError } from '../base/errors.ts';
import { type CalibrationTable, readCalibration } from './calibration.ts';
import type { JudgeFiles } from './model/judge.ts';
import type { StaticEmbedderFiles } from './model/static-embedder.ts';

/** The model's files: see models/README.md. */
export interface ModelFolder {
  readonly judge: JudgeFiles;
  readonly finder: StaticEmbedderFiles;
  calibration(): Promise<CalibrationTable>;
}

/** Where the package keeps them. */
const SHIPPED = new URL('../../models/shipped/', import.meta.url);

/** The files of the bundled model, or of one that the recipe made in `folder`. Nothing is read yet. */
export function modelFolder(folder?: string): ModelFolder {
  const base = folder === undefined ? SHIPPED : pathToFileURL(folder.endsWith('/') ? folder : `${folder}/`);
  const vocabulary = new URL('vocabulary.txt', base);
  return {
    judge: { weights: new URL('judge.bin', base), vocabulary },
    finder: { weights: new URL('static.bin', base), vocabulary },
    calibration: () => calibrationFile(new URL('calibration.json', base)),
  };
}

/** Reads a table. A file that is not there or holds none is a `CalibrationError`. */
export async function calibrationFile(file: URL | string): Promise<CalibrationTable> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CalibrationError(`The calibration table ${String(file)} cannot be read.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CalibrationError(`The calibration table ${String(file)} is no JSON.`, { cause });
  }
  return readCalibration(value, String(file));
}
