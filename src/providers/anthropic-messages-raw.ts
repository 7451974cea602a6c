/**
 * JSON read only one level deep, with the text of every value as it came. What is not touched keeps its exact spelling: numbers beyond
 * 2^53, and the order of members that look like numbers, which `JSON.parse` would change. All functions expect text that parses.
 */

/** The members of an object by name, each value as JSON text. */
export type RawObject = Map<string, string>;

/** The members of an object; `undefined` when the text is not an object. Of members with equal names the last one counts. */
export function rawMembers(json: string): RawObject | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return undefined;
  const members: RawObject = new Map();
  at = skipSpace(json, at + 1);
  while (json[at] === '"') {
    const nameEnd = skipString(json, at);
    const from = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const to = skipValue(json, from);
    members.set(JSON.parse(json.slice(at, nameEnd)) as string, json.slice(from, to));
    at = afterComma(json, to);
  }
  return members;
}

/** The items of an array; `undefined` when the text is not an array. */
export function rawItems(json: string): string[] | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== '[') return undefined;
  const items: string[] = [];
  at = skipSpace(json, at + 1);
  while (at < json.length && json[at] !== ']') {
    const to = skipValue(json, at);
    items.push(json.slice(at, to));
    at = afterComma(json, to);
  }
  return items;
}

/** Members as the text of one object. */
export function rawObject(members: Iterable<readonly [string, string]>): string {
  return `{${Array.from(members, ([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

function afterComma(json: string, at: number): number {
  const next = skipSpace(json, at);
  return json[next] === ',' ? skipSpace(json, next + 1) : next;
}

function skipSpace(json: string, at: number): number {
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++;
  return at;
}

function skipString(json: string, at: number): number {
  for (at++; at < json.length && json[at] !== '"'; at++) if (json[at] === '\\') at++;
  return at + 1;
}

function skipValue(json: string, at: number): number {
  if (json[at] === '"') return skipString(json, at);
  if (json[at] !== '{' && json[at] !== '[') {
    while (at < json.length && !',]} \n\r\t'.includes(json[at] as string)) at++;
    return at;
  }
  for (let depth = 0; at < json.length; ) {
    const char = json[at];
    if (char === '"') {
      at = skipString(json, at);
      continue;
    }
    at++;
    if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) break;
  }
  return at;
}
