import { fileURLToPath } from 'node:url';
import { OptionError } from '../base/errors.ts';
import { type Bytes, toByteCount } from '../base/units.ts';

/** A store URL in its parts: `sqlite:PATH?maxBytes=1GiB`. */
export interface Address {
  /** In lower case, without the colon. */
  readonly scheme: string;
  /** What stands between scheme and options, as it is: no percent sign is decoded, except after `file:///`. */
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Reads a store URL, or `undefined` when it has no scheme. `//` after the scheme is left out: `sqlite:///a/b` and `sqlite:/a/b` are one. */
export function parseAddress(url: string): Address | undefined {
  const match = /^([a-z][a-z0-9+.-]*):([\s\S]*?)(?:\?((?:[A-Za-z]+=[^?&=]*&?)+))?$/i.exec(url);
  if (!match) return undefined;
  const [, scheme = '', rest = '', query] = match;
  let path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (scheme.toLowerCase() === 'file' && rest.startsWith('///')) path = fileURLToPath(`file:${rest}`);
  return { scheme: scheme.toLowerCase(), path, options: Object.fromEntries(new URLSearchParams(query)) };
}

/** The sizes among a URL's options. An option that is not one of `names` is an `OptionError`. */
export function sizesIn<Name extends string>(address: Address, names: readonly Name[]): Partial<Record<Name, Bytes>> {
  const sizes: Partial<Record<Name, Bytes>> = {};
  for (const [name, value] of Object.entries(address.options)) {
    if (!names.includes(name as Name)) {
      const known = names.length > 0 ? `one of ${names.join(', ')}` : 'absent';
      throw new OptionError(`${address.scheme}:?${name}`, `${known} (as an option of a ${address.scheme}: URL)`, value);
    }
    sizes[name as Name] = toByteCount(value, `${address.scheme}:?${name}`);
  }
  return sizes;
}

/** The path of a URL that needs one. */
export function pathIn(address: Address): string {
  if (address.path === '') throw new OptionError('store', `a URL with a path, such as ${address.scheme}:.reprise/cache`, `${address.scheme}:`);
  return address.path;
}
