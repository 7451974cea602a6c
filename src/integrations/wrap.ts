import type { Core } from '../cache.ts';
import { UnnamedError } from '../base/errors.ts';
import { type Duration, toMilliseconds } from '../base/units.ts';
import type { Directives } from '../flow/ask.ts';
import type { Form } from '../model/entry.ts';
import type { WrappedCalls, WrappedFunction } from './wrapped-calls.ts';

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

/** Calls that are answered from the cache. What answers them is loaded at the first. */
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
  let calls: WrappedCalls | undefined;
  const load = async () => {
    const { wrappedCalls } = await import('./wrapped-calls.ts');
    const { key } = options as { key?: (...all: unknown[]) => unknown };
    return (calls ??= wrappedCalls({ core, tenant, namespace, directives, form, fn: fn as unknown as WrappedFunction['fn'], nameOf, key }));
  };
  if (form === 'whole') {
    return async function (...args) {
      return (calls ?? (await load())).whole(this, args);
    };
  }
  return async function* (...args) {
    yield* (calls ?? (await load())).pieces(this, args);
  };
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
