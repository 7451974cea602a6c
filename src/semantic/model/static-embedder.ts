import type { MaybePromise } from '../../base/maybe.ts';
import { ModelFileError } from '../../base/errors.ts';
import { type FileSource, nameOf, readSource } from './file-source.ts';
import { type Knowledge, knowledgeOf } from './known-text.ts';
import { checkVocabulary, readModelFile } from './model-file.ts';
import { readVocabulary } from './vocabulary.ts';
import { wordpiece } from './wordpiece.ts';

/** The files of the static vectors. */
export interface StaticEmbedderFiles {
  readonly weights: FileSource;
  readonly vocabulary: FileSource;
}

/** Turns text into a vector by adding up the vectors of its word pieces: microseconds, in the calling thread. */
export interface StaticEmbedder {
  /** Model and version: vectors of another fingerprint must not be compared with these. */
  readonly fingerprint: string;
  /** Numbers to a vector: 128 as shipped. */
  readonly dimensions: number;
  /**
   * The vector of a text, of length 1; all zeros for a text without any token. Reads the first 4,000 characters, so that no text
   * holds the event loop for long: that many take about a millisecond.
   */
  embed(text: string): Float32Array<ArrayBuffer>;
  /** How well the model knows the language of a text, by its first 1,000 characters. What it does not know must not be matched by meaning. */
  knows(text: string): Knowledge;
}

/** Characters of a text that are read, for its vector and for its language. */
const LONGEST_TEXT = 4000;
const LONGEST_SAMPLE = 1000;

/**
 * Loads the static vectors: some 20 ms, in pieces of a millisecond at most. Files that are missing,
 * damaged or not made for each other are a `ModelFileError`.
 */
export async function createStaticEmbedder({ load }: { load: () => MaybePromise<StaticEmbedderFiles> }): Promise<StaticEmbedder> {
  const sources = await load();
  const path = nameOf(sources.weights, 'static vectors');
  const vocabularyPath = nameOf(sources.vocabulary, 'vocabulary');
  const [bytes, vocabularyBytes] = await Promise.all([readSource(sources.weights, path), readSource(sources.vocabulary, vocabularyPath)]);
  const file = await readModelFile(bytes, 'static', path);
  await checkVocabulary(file, vocabularyBytes, vocabularyPath);
  const dimensions = file.size('width', 1024);
  const words = file.size('words', 1_000_000);
  const weight = file.bytes('words.weight', [words, dimensions]);
  const scale = file.floats('words.scale', [words]);
  const vocabulary = await readVocabulary(vocabularyBytes, vocabularyPath);
  if (vocabulary.size !== words) throw new ModelFileError(vocabularyPath, `has ${vocabulary.size} tokens, and the vectors are ${words}`);
  const tokenizer = wordpiece(vocabulary);

  return {
    fingerprint: `reprise-static-${dimensions}:${file.sha256.slice(0, 16)}`,
    dimensions,
    embed(text) {
      const vector = new Float32Array(dimensions);
      for (const id of tokenizer.encode(text.slice(0, LONGEST_TEXT))) {
        const step = scale[id]!;
        for (let i = 0, at = id * dimensions; i < dimensions; i++, at++) vector[i]! += weight[at]! * step;
      }
      let squares = 0;
      for (const value of vector) squares += value * value;
      if (squares > 0) {
        const length = Math.sqrt(squares);
        for (let i = 0; i < dimensions; i++) vector[i]! /= length;
      }
      return vector;
    },
    knows: (text) => knowledgeOf(text.slice(0, LONGEST_SAMPLE), tokenizer),
  };
}
