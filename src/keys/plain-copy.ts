import { UnkeyableError } from '../base/errors.ts';

/** Values that stand at several places are taken for so many equal ones, up to this number. Then they are taken for one. */
const MAX_REPEATS = 10_000;

/** Kinds of objects that are written down whole, by the name that `Object.prototype.toString` gives them. */
const WRITABLE = new Set(
  (
    'Date RegExp URL URLSearchParams Number String Boolean BigInt ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array ' +
    'Uint16Array Float16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Temporal.Duration ' +
    'Temporal.Instant Temporal.PlainDate Temporal.PlainTime Temporal.PlainDateTime Temporal.PlainMonthDay Temporal.PlainYearMonth ' +
    'Temporal.ZonedDateTime'
  ).split(' '),
);

/**
 * A copy of the arguments of a call with the members of all plain objects in sorted order. What cannot be written down whole is an
 * `UnkeyableError` that names the argument: functions, symbols, promises, instances of classes. So is an `AbortSignal`, wherever it
 * stands: it does not change the answer, but callers who wait for one answer together cannot each end it.
 */
export function plainCopy(name: string, args: readonly unknown[]): unknown[] {
  const copies = new Map<object, unknown>();
  const open = new Set<object>();
  let repeats = 0;

  const copyOf = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') throw unkeyable(name, path, value);
    if (typeof value !== 'object' || value === null) return value;

    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (WRITABLE.has(tag) && isBuiltIn(value, tag)) return value;
    if (copies.has(value) && (open.has(value) || ++repeats > MAX_REPEATS)) return copies.get(value);

    open.add(value);
    const copy = containerCopy(value, tag, path);
    open.delete(value);
    return copy;
  };

  const containerCopy = (value: object, tag: string, path: readonly (string | number)[]): unknown => {
    if (Array.isArray(value) && isBuiltIn(value, tag)) {
      const copy: unknown[] = [];
      copies.set(value, copy);
      copy.length = value.length;
      for (const index of Object.keys(value).map(Number)) copy[index] = copyOf(value[index], [...path, index]);
      return copy;
    }
    if (tag === 'Map' && isBuiltIn(value, tag)) {
      const copy = new Map<unknown, unknown>();
      copies.set(value, copy);
      for (const [key, item] of value as Map<unknown, unknown>) copy.set(copyOf(key, [...path, 'key']), copyOf(item, [...path, String(key)]));
      return copy;
    }
    if (tag === 'Set' && isBuiltIn(value, tag)) {
      const copy = new Set<unknown>();
      copies.set(value, copy);
      for (const item of value as Set<unknown>) copy.add(copyOf(item, [...path, 'item']));
      return copy;
    }
    if (!isPlain(value) || Object.getOwnPropertySymbols(value).length > 0) throw unkeyable(name, path, value);

    const copy: Record<string, unknown> = {};
    copies.set(value, copy);
    for (const member of Object.keys(value).sort()) {
      if (member === '__proto__') throw new UnkeyableError(name, `${placeOf(path)} has a member named __proto__`);
      copy[member] = copyOf((value as Record<string, unknown>)[member], [...path, member]);
    }
    return copy;
  };

  return args.map((arg, index) => copyOf(arg, [index]));
}

/** True for an object of the language's own kind, to which nothing was added that would be lost. */
function isBuiltIn(value: object, tag: string): boolean {
  if (ArrayBuffer.isView(value)) return true;
  const { constructor } = Object.getPrototypeOf(value) as { constructor?: { name?: string } };
  if (constructor?.name !== tag.replace('Temporal.', '') || Object.getOwnPropertySymbols(value).length > 0) return false;
  if (tag === 'RegExp' && (value as RegExp).lastIndex !== 0) return false;
  // Indexes come first among the keys, so that the last key shows whether there is any other.
  const last = Object.keys(value).at(-1);
  return last === undefined || (/^\d+$/.test(last) && (tag === 'Array' || tag === 'String'));
}

/** True for an object as `{}` makes it, here or in another realm, or one without a prototype. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'));
}

function unkeyable(name: string, path: readonly (string | number)[], value: unknown): UnkeyableError {
  return new UnkeyableError(name, `${placeOf(path)} is ${kindOf(value)}`);
}

/** `argument 1`, or `options.signal of argument 2`; arguments are counted from 1. */
function placeOf([index, ...members]: readonly (string | number)[]): string {
  const argument = `argument ${Number(index) + 1}`;
  return members.length === 0 ? argument : `${members.join('.')} of ${argument}`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (value instanceof AbortSignal) return 'an AbortSignal, which would end the call for everybody who waits for the same answer';
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise';
  if (isPlain(value as object)) return 'an object with symbols for members';
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const { constructor } = value as { constructor?: { name?: unknown } };
  if (constructor?.name === tag && (WRITABLE.has(tag) || ['Array', 'Map', 'Set'].includes(tag))) return `an object (${tag}) in a state that would be lost`;
  return `an instance of ${typeof constructor?.name === 'string' ? constructor.name : tag}`;
}
