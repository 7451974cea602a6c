import type { Json } from '../base/json.ts';
import type { RequestFacts } from './request.ts';

/** What a request is known by. */
export interface Key {
  /** SHA-256, in hex, of the canonical form of all that can change the answer. */
  readonly id: string;
  /** SHA-256 of the same without the conversation: only inside one scope may answers be shared by meaning. */
  readonly scope: string;
  /** Digest of all turns before the last user message. */
  readonly turns?: string;
  /** Text of the last user message; absent when there is none, or when it may not be matched by meaning. */
  readonly text?: string;
  /** All turns before the last user message, as the wire format has them. */
  readonly earlier?: Json;
  /** See `Entry.fields`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The key in two parts: what is needed for a hit, and what is worked out only when something is stored. */
export interface Identity {
  readonly id: string;
  readonly facts: RequestFacts;
  /** True when an equal request was seen before, so that nothing was parsed. */
  readonly remembered: boolean;
  /** The whole key. */
  key(): Key;
}
