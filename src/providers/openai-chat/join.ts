import type { Json, JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';

/** The members of an object that is being joined from pieces. A map, as a member may have any name. */
export type Members = Map<string, Json>;

/** Members of list elements that are pieces of text, as in OpenRouter's `reasoning_details`. */
const ELEMENT_TEXTS: ReadonlySet<string> = new Set(['text', 'summary', 'data']);

/** Joins members of many chunks into one, by the rules of `MergedChat`, and remembers whether one of them had to be guessed. */
export class Joiner {
  faithful = true;

  /** Joins an object that comes in pieces: `texts` are appended, the rest is kept. */
  parts(target: Members, name: string, value: JsonObject, ...texts: string[]): void {
    const before = target.get(name);
    if (before !== undefined && before !== null && !isObject(before)) this.faithful = false;
    const members: Members = new Map(isObject(before) ? (Object.entries(before) as [string, Json][]) : []);
    for (const [member, piece] of Object.entries(value)) {
      if (piece === undefined) continue;
      if (texts.includes(member)) this.append(members, member, piece);
      else this.keep(members, member, piece);
    }
    target.set(name, Object.fromEntries(members));
  }

  /** Joins text; what is none makes it unfaithful. */
  append(target: Members, name: string, value: Json): void {
    const before = target.get(name);
    if (value === null) {
      if (before === undefined) target.set(name, null);
    } else if (typeof value === 'string' && (before === undefined || before === null || typeof before === 'string')) {
      target.set(name, (before ?? '') + value);
    } else {
      this.faithful = false;
      target.set(name, value);
    }
  }

  /** A member of a delta that is not known. A text that comes twice is a guess: a label said again, or the next piece. */
  piece(target: Members, name: string, value: Json): void {
    const before = target.get(name);
    if (isIndexed(before) && isIndexed(value)) target.set(name, this.#elements(before, value));
    else {
      if (name !== 'role' && typeof before === 'string' && before !== '' && value !== '' && value !== null) this.faithful = false;
      this.keep(target, name, value);
    }
  }

  #elements(before: readonly JsonObject[], added: readonly JsonObject[]): Json[] {
    const elements = new Map(before.map((element) => [element.index, new Map(Object.entries(element) as [string, Json][])]));
    for (const element of added) {
      const known: Members = elements.get(element.index) ?? new Map();
      for (const [name, value] of Object.entries(element)) {
        if (ELEMENT_TEXTS.has(name)) this.append(known, name, value!);
        else this.keep(known, name, value!);
      }
      elements.set(element.index, known);
    }
    return [...elements.values()].map((members) => Object.fromEntries(members));
  }

  /** Takes a member that comes once or stays the same. Nothing is overridden by something, never the other way. */
  keep(target: Members, name: string, value: Json): void {
    const before = target.get(name);
    if (before !== undefined && isNothing(value)) return;
    if (before !== undefined && !isNothing(before) && !process.getBuiltinModule('node:util').isDeepStrictEqual(before, value)) this.faithful = false;
    target.set(name, value);
  }
}

/** True for what says nothing: services send it as a filler in every chunk. */
const isNothing = (value: Json) =>
  value === null || value === '' || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

export const isIndex = (value: Json | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isIndexed = (value: Json | undefined): value is readonly JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every((element) => isObject(element) && isIndex(element.index));
