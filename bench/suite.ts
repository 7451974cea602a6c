import type { Table } from './table.ts';

/** What a suite is told. */
export interface SuiteContext {
  /** Fewer calls, for a quick look. The figures are rougher. */
  readonly quick: boolean;
  /** Folder with the model's files. @default the shipped ones */
  readonly model?: string | undefined;
  /** Only these parts of a suite that has parts. @default all */
  readonly parts?: readonly string[] | undefined;
  /** Says what is going on. */
  note(text: string): void;
}

/** One file in `suites/`. */
export interface Suite {
  run(context: SuiteContext): Promise<readonly Table[]>;
}
