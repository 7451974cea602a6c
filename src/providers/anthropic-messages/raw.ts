import { elementSpans, memberSpans } from '../json-spans.ts';

/**
 * JSON read only one level deep, with the text of every value as it came. What is not touched keeps its exact spelling: numbers beyond
 * 2^53, and the order of members that look like numbers, which `JSON.parse` would change. All functions expect text that parses.
 */

/** The members of an object by name, each value as JSON text. */
export type RawObject = Map<string, string>;

/** The members of an object; `undefined` when the text is not an object. Of members with equal names the last one counts. */
export function rawMembers(json: string): RawObject | undefined {
  const spans = memberSpans(json, beginOf(json));
  return spans && new Map(spans.map(({ name = '', value, end }) => [name, json.slice(value, end)]));
}

/** The items of an array; `undefined` when the text is not an array. */
export const rawItems = (json: string): string[] | undefined => elementSpans(json, beginOf(json))?.map(({ value, end }) => json.slice(value, end));

/** Members as the text of one object. */
export const rawObject = (members: Iterable<readonly [string, string]>): string =>
  `{${Array.from(members, ([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;

const beginOf = (json: string): number => json.search(/[^ \t\r\n]/);
