import { UnstorableError } from '../base/errors.ts';
import type { Core } from '../cache.ts';
import type { Ask, Directives, SourceAnswer } from '../flow/ask.ts';
import { identifyValue, type ValueCall } from '../keys/identify-value.ts';
import type { Form } from '../model/entry.ts';
import type { Outcome } from '../model/outcome.ts';
import { decodeValue, encodePiece, encodeValue } from '../providers/value-codec.ts';
import { isUnstorable, linesOf, splitLines, UNSTORABLE_LINE, valueFormat } from '../providers/value.ts';

/** A wrapped function, and how its results are kept. */
export interface WrappedFunction {
  readonly core: Core;
  readonly tenant: string;
  readonly namespace: string;
  readonly directives: Directives;
  /** `stream` for a generator. */
  readonly form: Form;
  readonly fn: (...args: unknown[]) => unknown;
  readonly nameOf: (self: unknown) => string;
  /** What of the arguments counts, where that was said. */
  readonly key: ((...args: unknown[]) => unknown) | undefined;
}

/** Calls of a wrapped function, answered from the cache where they can be. */
export interface WrappedCalls {
  /** The result of a function. */
  whole(self: unknown, args: unknown[]): Promise<unknown>;
  /** The pieces of a generator. */
  pieces(self: unknown, args: unknown[]): AsyncGenerator<unknown, void>;
}

/** Makes the calls of a wrapped function. */
export function wrappedCalls({ core, tenant, namespace, directives, form, fn, nameOf, key }: WrappedFunction): WrappedCalls {
  const questionOf = (self: unknown, args: unknown[]): ValueCall => {
    const counted = key ? [key.apply(self, args)] : args;
    return { name: nameOf(self), args: counted, tenant, namespace, form };
  };
  const askFor = async (self: unknown, args: unknown[], call: Call, signal?: AbortSignal): Promise<Ask> => {
    const identity = await core.identifyValue(questionOf(self, args));
    // Whoever called may have changed the arguments meanwhile; what comes of others must not be kept under these.
    const unchanged = () => {
      try {
        return identifyValue(questionOf(self, args)).id === identity.id;
      } catch {
        return false;
      }
    };
    return { kind: 'value', format: valueFormat, tenant, namespace, directives, identity, call: async () => call(unchanged), signal };
  };
  const whole = async (self: unknown, args: unknown[]): Promise<unknown> => {
    let made: { value: unknown } | undefined;
    const call = async (unchanged: () => boolean): Promise<SourceAnswer> => {
      const sharable = unchanged();
      made = { value: await fn.apply(self, args) };
      return sharable ? wholeAnswer(made.value, nameOf(self), core) : unsharable();
    };
    const { kind, answer } = await core.run(await askFor(self, args, call));
    const bytes = bytesOf(answer.body);
    if (kind !== 'miss' || !made) return decodeValue(await bytes);
    // Whoever made the value gets it as it was made; everybody else gets a copy. The bytes are read all the same, as those that are
    // too many to be kept would wait for a reader.
    bytes.catch(() => {});
    return made.value;
  };
  async function* pieces(self: unknown, args: unknown[]): AsyncGenerator<unknown, void> {
    const left = new AbortController();
    const originals: unknown[] = [];
    const start = () => fn.apply(self, args) as Pieces;
    const call = (unchanged: () => boolean) => {
      const sharable = unchanged();
      return { ...streamedAnswer(start(), originals, nameOf(self), core), sharable };
    };
    const outcome: Outcome = await core.run(await askFor(self, args, call, left.signal));
    try {
      if (outcome.kind === 'miss') {
        // Whoever made the pieces gets them as they were made; the lines only tell when.
        for await (const lines of outcome.answer.body as AsyncIterable<Uint8Array>) for (const _ of splitLines(lines)) yield originals.shift();
      } else yield* copiesOf(outcome.answer.body, start, nameOf(self));
    } finally {
      left.abort();
    }
  }

  return { whole, pieces };
}

/** Runs the function. `unchanged` tells whether its arguments are still those of the question. */
type Call = (unchanged: () => boolean) => SourceAnswer | Promise<SourceAnswer>;

type Pieces = Iterable<unknown> | AsyncIterable<unknown>;

/** The pieces that were recorded, or are being made for another caller. Where that one's cannot be copied, they are made anew. */
async function* copiesOf(body: Uint8Array | AsyncIterable<Uint8Array>, start: () => Pieces, name: string): AsyncGenerator<unknown, void> {
  let given = 0;
  for await (const line of linesOf(body)) {
    if (isUnstorable(line)) {
      if (given > 0) throw new UnstorableError(name, 'a piece that was made for another caller cannot be copied');
      return yield* start();
    }
    yield decodeValue(line);
    given++;
  }
}

function wholeAnswer(value: unknown, name: string, core: Core): SourceAnswer {
  try {
    return { status: 200, headers: {}, form: 'whole', body: once(encodeValue(value)) };
  } catch (error) {
    core.events.report(new UnstorableError(name, error));
    return unsharable();
  }
}

/** Stands for a value that only its own caller can be given. */
const unsharable = (): SourceAnswer => ({ status: 200, headers: {}, form: 'whole', body: once(new Uint8Array(0)), sharable: false });

function streamedAnswer(pieces: Pieces, originals: unknown[], name: string, core: Core): SourceAnswer {
  const lines = async function* () {
    let storable = true;
    for await (const piece of pieces) {
      let line = UNSTORABLE_LINE;
      try {
        line = encodePiece(piece);
      } catch (error) {
        if (storable) core.events.report(new UnstorableError(name, error));
        storable = false;
      }
      originals.push(piece);
      yield line;
    }
  };
  return { status: 200, headers: {}, form: 'stream', body: lines(), eager: false };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function bytesOf(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
