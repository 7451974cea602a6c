import type { Json, JsonObject } from '../base/json.ts';
import type { Form } from './entry.ts';

/** One HTTP call to an LLM API, as a door received it. */
export interface LlmRequest {
  /** Where it goes: scheme, host, path and query, as the upstream is asked. */
  readonly url: string;
  /** Names in lower case. Credentials are among them; only those headers that change answers reach the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body as it came, or the object that is to be sent. */
  readonly body: Uint8Array | JsonObject;
}

/** What the flow has to know of a request besides its key. Read once per distinct body, and remembered with the alias. */
export interface RequestFacts {
  readonly model?: string;
  /** The form the caller wants. */
  readonly form: Form;
  /** Why this request must go to the provider untouched and unrecorded, such as `a tool that the provider runs: web_search`. */
  readonly bypass?: string;
  /** What a caller's stream options ask for; the same for callers that may get the same bytes. */
  readonly wish: Wish;
  /** Text of the last user message, where there is one. */
  readonly text?: string;
  /** False when `text` must not be matched by meaning: messages follow the last user message, say. */
  readonly matchable: boolean;
  /** The JSON schema that the answer is to follow, if it was asked for. */
  readonly schema?: Json;
  /** True when answers may differ from call to call (temperature above 0 or not given). */
  readonly varies: boolean;
  /** True when the provider keeps the answer under its id, so that later calls may refer to it (Responses with `store`). */
  readonly kept: boolean;
}

/** What a caller wants of a stream beyond the answer itself. */
export interface Wish {
  /** A usage report inside the stream. */
  readonly usage: boolean;
}

/** The parts of a request body, apart: what is asked last, what was said before, and all the rest. */
export interface Conversation {
  /** Everything but the conversation: parameters, tools, system prompt, and the parts of the last user message that are no text. */
  readonly scope: Json;
  /** All turns before the last user message. */
  readonly turns: Json;
}
