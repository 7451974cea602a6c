import type { Core } from '../cache.ts';
import { UnnamedError, UnstorableError } from '../base/errors.ts';
import { type Duration, toMilliseconds } from '../base/units.ts';
import { identifyValue, type ValueCall } from '../keys/identify-value.ts';
import type { Ask, Directives, SourceAnswer } from '../flow/ask.ts';
import type { Form } from '../model/entry.ts';
import type { Outcome } from '../model/outcome.ts';
import { decodeValue, encodePiece, encodeValue, isUnstorable, linesOf, splitLines, UNSTORABLE_LINE, valueFormat } from '../providers/value.ts';

/** How the results of a function are cached. */
export interface WrapOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /** Under which name its results are kept. Needed for functions without one. @default the function's own name */
  name?: string;
  /** How long a result stays fresh. @default the cache's `ttl` */
  ttl?: Duration;
  /** What of the arguments counts: whatever it gives back takes their place in the key. */
  key?: (...args: Args) => unknown;
  /** Put on the entries. */
  tags?: string[];
}

/** A function of any kind. */
export type AnyFunction = (...args: never[]) => unknown;

/** What a wrapped function gives: pieces for a generator, else a promise. */
export type Wrapped<F extends AnyFunction> = (
  ...args: Parameters<F>
) => ReturnType<F> extends Generator<infer Piece, infer _R, infer _N> | AsyncGenerator<infer Piece, infer _R, infer _N>
  ? AsyncGenerator<Piece, void, undefined>
  : Promise<Awaited<ReturnType<F>>>;

/** Whose entries a wrapped function reads and writes. */
export interface WrapBinding {
  readonly tenant: string;
  readonly namespace: string;
  /** The names that are taken, and by which function. */
  readonly names: Map<string, unknown>;
}

/**
 * A function whose results come from the cache: an async function, a sync one (its result becomes a promise) or a generator, sync or
 * async (replayed piece by piece). Keeps name, length and types. A hit is a copy. Throws `UnnamedError` for a function without a name
 * and for a name that is taken; calls throw `UnkeyableError` for arguments that cannot be told apart.
 */
export function wrap<F extends AnyFunction>(core: Core, binding: WrapBinding, fn: F, options: WrapOptions<Parameters<F>> = {}): Wrapped<F> {
  const name = options.name ?? fn.name;
  if (name === '') throw new UnnamedError('A function without a name needs one: cache.wrap(fn, { name }).');
  const holder = binding.names.get(name);
  if (holder !== undefined && holder !== fn) throw new UnnamedError(`The name \`${name}\` is taken by another function of this cache; give one: cache.wrap(fn, { name }).`);
  binding.names.set(name, fn);
  return keepShape(fn, cachedCalls(core, binding, fn, () => name, options)) as unknown as Wrapped<F>;
}

/** A method of a class, wrapped when the class is defined. Its name holds that of the class, known at the first call. */
export function wrapMethod<F extends AnyFunction>(core: () => { core: Core; binding: WrapBinding }, method: F, options: WrapOptions<Parameters<F>>): F {
  const calls = new WeakMap<Core, (this: unknown, ...args: unknown[]) => unknown>();
  const wrapped = function (this: unknown, ...args: unknown[]) {
    const { core: owner, binding } = core();
    let call = calls.get(owner);
    if (!call) {
      const nameOf = (self: unknown) => options.name ?? `${classOf(self)}.${method.name}`;
      calls.set(owner, (call = cachedCalls(owner, binding, method, nameOf, options)));
    }
    return call.apply(this, args);
  };
  return keepShape(method, wrapped) as unknown as F;
}

function classOf(self: unknown): string {
  return typeof self === 'function' ? self.name : ((self as { constructor?: { name?: string } } | undefined)?.constructor?.name ?? '');
}

function cachedCalls<F extends AnyFunction>(
  core: Core,
  { tenant, namespace }: WrapBinding,
  fn: F,
  nameOf: (self: unknown) => string,
  options: WrapOptions<Parameters<F>>,
): (this: unknown, ...args: unknown[]) => unknown {
  const directives: Directives = {
    ...(options.ttl !== undefined && { ttl: toMilliseconds(options.ttl, 'ttl') }),
    ...(options.tags !== undefined && { tags: options.tags }),
  };
  const form: Form = isGenerator(fn) ? 'stream' : 'whole';
  const questionOf = (self: unknown, args: unknown[]): ValueCall => {
    const counted = options.key ? [(options.key as (...all: unknown[]) => unknown).apply(self, args)] : args;
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
  if (form === 'whole') {
    return async function (...args) {
      let made: { value: unknown } | undefined;
      const call = async (unchanged: () => boolean): Promise<SourceAnswer> => {
        const sharable = unchanged();
        made = { value: await (fn as unknown as (...all: unknown[]) => unknown).apply(this, args) };
        return sharable ? wholeAnswer(made.value, nameOf(this), core) : unsharable();
      };
      const { kind, answer } = await core.run(await askFor(this, args, call));
      const bytes = bytesOf(answer.body);
      if (kind !== 'miss' || !made) return decodeValue(await bytes);
      // Whoever made the value gets it as it was made; everybody else gets a copy. The bytes are read all the same, as those that are
      // too many to be kept would wait for a reader.
      bytes.catch(() => {});
      return made.value;
    };
  }
  return async function* (...args) {
    const left = new AbortController();
    const originals: unknown[] = [];
    const start = () => (fn as unknown as (...all: unknown[]) => Pieces).apply(this, args);
    const call = (unchanged: () => boolean) => {
      const sharable = unchanged();
      return { ...streamedAnswer(start(), originals, nameOf(this), core), sharable };
    };
    const outcome: Outcome = await core.run(await askFor(this, args, call, left.signal));
    try {
      if (outcome.kind === 'miss') {
        // Whoever made the pieces gets them as they were made; the lines only tell when.
        for await (const lines of outcome.answer.body as AsyncIterable<Uint8Array>) for (const _ of splitLines(lines)) yield originals.shift();
      } else yield* copiesOf(outcome.answer.body, start, nameOf(this));
    } finally {
      left.abort();
    }
  };
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

function isGenerator(fn: AnyFunction): boolean {
  const kind = Object.prototype.toString.call(fn);
  return kind === '[object GeneratorFunction]' || kind === '[object AsyncGeneratorFunction]';
}

function keepShape<To extends object>(from: AnyFunction, to: To): To {
  Object.defineProperty(to, 'name', { value: from.name, configurable: true });
  Object.defineProperty(to, 'length', { value: from.length, configurable: true });
  return to;
}
