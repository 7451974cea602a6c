import { prose } from '../sample.ts';

/** The cache that is measured. */
export const CACHE = 'bench';
/** Entries in it. */
export const ENTRIES = 10_000;

/** What is asked: stored prompts, in turn; prompts that nobody has seen; new entries. */
export type Kind = 'exact' | 'semantic' | 'set';

/** What the client is to send. */
export interface Order {
  readonly port: number;
  readonly kind: Kind;
  /** Connections, each with one request at a time. */
  readonly connections: number;
  /** Ends after so many requests in all, or after so long. */
  readonly requests: number;
  readonly milliseconds: number;
  /** Requests begin at this rate, whatever the server does; `null`: as fast as it answers. */
  readonly perSecond: number | null;
  /** Ends the server's process by SIGKILL after so many answers. */
  readonly kill?: { readonly pid: number; readonly after: number };
}

/** What came of it. Latencies in milliseconds, from when a request was to begin. */
export interface Report {
  readonly done: number;
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
  /** Searches that found an entry. */
  readonly found: number;
  /** Of the entries that were acknowledged. */
  readonly entryIds: readonly string[];
  /** The server went away before the end. */
  readonly cut: boolean;
}

/** What is stored for prompt `index`: 1 KB. */
export const responseTo = (index: number): string => `Answer ${index}. ${prose(1000, index % 97)}`;
