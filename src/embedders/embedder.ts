import type { Usd } from '../base/units.ts';

/** What the vectors of some texts are, and what they cost. */
export interface Embedded {
  /** One vector a text, in order, of any length; they are brought to length 1 by whoever asked. */
  readonly vectors: readonly Float32Array[];
  /** What the call cost, where the service says how many tokens it took and the price is known. */
  readonly cost?: Usd;
}

/** Turns texts into vectors whose closeness tells how near the texts' meanings are. */
export interface Embedder {
  /**
   * What the vectors are made by: model, version and size. It is kept with every vector, and vectors of another fingerprint are never
   * compared with these.
   */
  readonly fingerprint: string;
  /** Asks for a fingerprint that says more, such as with the model's digest; the same ever after. Absent: `fingerprint` is the whole one. */
  identify?(signal: AbortSignal): Promise<string>;
  /** Numbers to a vector. Absent: known with the first vector, and the same ever after. */
  readonly dimensions?: number;
  /** The most texts of one call. */
  readonly batchSize: number;
  /** The most characters of all texts of one call together. Absent: no bound but `batchSize`. */
  readonly batchLength?: number;
  /** Characters of a text beyond which it is not embedded, hence not matched by meaning. */
  readonly longest: number;
  /**
   * Embeds up to `batchSize` texts. Fails with the service's own error, or an `EmbedderError`, which says whether it is worth another try; the
   * caller keeps time and tries again.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
  /** How well the model knows a text's language. Absent: everything is taken as known. */
  knows?(text: string): { readonly known: boolean; readonly reason?: string };
  /** Frees what the embedder opened. */
  close?(): Promise<void>;
}
