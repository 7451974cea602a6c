import { hash } from 'node:crypto';
import type { JsonObject } from '../base/json.ts';
import type { Identity, Key } from '../model/key.ts';
import type { LlmRequest } from '../model/request.ts';
import type { Format } from '../providers/format.ts';
import { type Alias, Aliases } from './aliases.ts';
import { type ReadBody, canonical, canonicalText, readBody, textOf } from './canonical.ts';
import { fieldsOf } from './fields.ts';
import { type CountingOptions, type Omission, countingHeaders, omissionFor } from './not-counting.ts';
import { splitUrl } from './url.ts';

/** Grows when keys of the same request change, so that old entries are not found under new keys by accident. */
export const KEY_VERSION = 1;

export interface IdentifierOptions extends CountingOptions {
  /** Of the store; see `openSecret`. Keys the digests of `fields`. */
  readonly secret: Uint8Array;
  /** How many requests are known again by their raw body. 0 for none. @default 5000 */
  readonly aliasEntries?: number;
}

/** What a request is, and for whom. */
export interface IdentifyInput {
  readonly format: Format;
  readonly request: LlmRequest;
  readonly tenant: string;
  readonly namespace: string;
}

/** Gives a request its identity. A body that is no JSON object, and a URL that is not complete, are a `RequestError`. */
export type Identify = (input: IdentifyInput) => Identity;

/** Makes requests into identities. Remembers those it saw, so that one with an equal raw body is not parsed. See `Aliases`. */
export function createIdentifier(options: IdentifierOptions): Identify {
  const { secret, aliasEntries = 5000 } = options;
  const aliases = aliasEntries > 0 ? new Aliases(aliasEntries) : undefined;
  const omissions = new Map<string, Omission>();

  const omissionOf = (provider: string): Omission => {
    let omission = omissions.get(provider);
    if (!omission) omissions.set(provider, (omission = omissionFor(provider, options)));
    return omission;
  };

  return (input) => {
    const { format, request } = input;
    const raw = request.body instanceof Uint8Array ? request.body : textOf(request.body);
    const alias = aliases?.get(raw, input);
    if (alias) return identity(alias, true, () => wholeKey(input, alias, read(raw, omissionOf(format.provider)), secret));

    const known = read(raw, omissionOf(format.provider));
    const made: Alias = { id: hash('sha256', `${prefixOf('id', input)}${known.text}`), facts: format.facts(known.body) };
    aliases?.set(raw, input, made);
    return identity(made, false, () => wholeKey(input, made, known, secret));
  };
}

/** A body with what counts of it. */
interface Counted extends ReadBody {
  readonly counting: JsonObject;
  /** Canonical text of `counting`, or the digest of the raw bytes. */
  readonly text: string;
}

function read(raw: Uint8Array | string, omission: Omission): Counted {
  const known = readBody(raw);
  // Texts begin with `{`, so that no digest is ever taken for one.
  if (known.digest !== undefined) return { ...known, counting: {}, text: `raw:${known.digest}` };
  const counting = canonical(known.body, omission);
  return { ...known, counting, text: JSON.stringify(counting) };
}

function identity({ id, facts }: Alias, remembered: boolean, make: () => Key): Identity {
  let key: Key | undefined;
  return { id, facts, remembered, key: () => (key ??= make()) };
}

/** Scope, turns, text and fields: what only a request needs that is to be stored or matched by meaning. */
function wholeKey(input: IdentifyInput, { id, facts }: Alias, known: Counted, secret: Uint8Array): Key {
  const { format, request, tenant } = input;
  const beside: [string, string][] = [['/url', splitUrl(request.url).address]];
  for (const [name, value] of countingHeaders(request.headers)) beside.push([`/headers/${name}`, value]);
  const fields = fieldsOf({ root: known.digest ?? known.counting, beside, secret, tenant, textOf: JSON.stringify });

  // What parsing loses something of is never matched by meaning: its scope is its own.
  if (facts.bypass !== undefined || known.loss !== undefined) return { id, scope: hash('sha256', `${prefixOf('scope', input)}raw:${id}`), fields };

  const { scope, turns } = format.conversation(known.counting);
  const isText = facts.matchable && facts.text?.isWellFormed();
  return {
    id,
    scope: hash('sha256', `${prefixOf('scope', input)}${canonicalText(scope)}`),
    turns: hash('sha256', canonicalText(turns)),
    ...(isText ? { text: facts.text, earlier: turns } : {}),
    fields,
  };
}

/** All that counts beside the body. JSON keeps the parts apart and shows where it ends. */
function prefixOf(what: 'id' | 'scope', { format, request, tenant, namespace }: IdentifyInput): string {
  const { address } = splitUrl(request.url);
  return JSON.stringify(['reprise', KEY_VERSION, what, tenant, namespace, format.name, address, countingHeaders(request.headers)]);
}
