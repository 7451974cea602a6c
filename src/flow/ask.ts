import type { Milliseconds } from '../base/units.ts';
import type { Format } from '../providers/format.ts';
import type { EntryKind, Form } from '../model/entry.ts';
import type { Identity } from '../model/key.ts';
import type { Feedback, SemanticMode } from '../semantic/rates.ts';

/** One question on its way down the path. The doors make it; the flow never asks which door. */
export interface Ask {
  readonly kind: EntryKind;
  readonly format: Format;
  readonly tenant: string;
  readonly namespace: string;
  /** Stands for the credential of the call (a digest, never the credential itself), where there is one. */
  readonly credential?: string;
  readonly directives: Directives;
  /** What it is known by. */
  readonly identity: Identity;
  /** Asks the source: the provider, or the wrapped function. Called at most once. `untouched`: with nothing asked on the caller's behalf. */
  call(signal: AbortSignal, untouched?: boolean): Promise<SourceAnswer>;
  /** Ends this caller's interest. The call goes on while others wait for it. */
  readonly signal?: AbortSignal | undefined;
}

/** What a caller may say about the cache for one request. */
export interface Directives {
  /** Asks the source anew; what is stored stays until the new answer is. */
  readonly noCache?: boolean;
  /** Stores nothing of this request. */
  readonly noStore?: boolean;
  /** Serves a stored answer or none. */
  readonly onlyIfCached?: boolean;
  /** Serves nothing older. */
  readonly maxAge?: Milliseconds;
  /** Serves an entry that expired at most so long ago when the source fails. */
  readonly staleIfError?: Milliseconds;
  /** How long the answer stays fresh. */
  readonly ttl?: Milliseconds;
  /** Put on the entry. */
  readonly tags?: readonly string[];
  /** Whether this question may be matched by meaning, in place of what the cache says. */
  readonly semantic?: SemanticMode;
  /** The rate of false hits for this question: 0.001 to 0.2. */
  readonly maxFalseHits?: number;
  /** What the caller says of the answer it had for this very question by meaning: `wrong` notes the pair, so that it is never served again. */
  readonly feedback?: Feedback;
  /** Id of the entry that it had. Without it, the one is meant that matching finds, or would find had it not been called wrong. */
  readonly feedbackOn?: string;
}

/** What the source said. Its body is read once. */
export interface SourceAnswer {
  readonly status: number;
  /** All headers as they came, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Form;
  readonly body: AsyncIterable<Uint8Array>;
  /** False for an answer that other callers must not be given. @default true */
  readonly sharable?: boolean;
  /** False for a source that must not run ahead of its readers, such as a wrapped generator. @default true */
  readonly eager?: boolean;
  /**
   * True where the answer is looked at and stored only when its last bytes have been handed on, as a server's reply must not wait for that.
   * @default false
   */
  readonly settleLate?: boolean;
}
