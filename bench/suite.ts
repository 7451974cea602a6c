import type { Table } from './table.ts';

/** What a suite is told. */
export interface SuiteContext {
  /** Fewer calls, for a quick look. The figures are rougher. */
  readonly quick: boolean;
  /** Says what is going on. */
  note(text: string): void;
}

/** One file in `suites/`. */
export interface Suite {
  run(context: SuiteContext): Promise<readonly Table[]>;
}
