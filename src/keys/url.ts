import { LRUCache } from 'lru-cache';
import { RequestError } from '../base/errors.ts';

/** A URL taken apart: where it goes, and who asks. */
export interface SplitUrl {
  /** Without credentials and fragment, parameters sorted by name: what counts in a key. */
  readonly address: string;
  /** The credentials it carries: a query parameter, or the user and password before the host. */
  readonly credentials: readonly UrlCredential[];
}

export type UrlCredential = readonly [kind: 'query' | 'user', name: string, value: string];

/** Query parameters that carry a credential, compared in lower case. They count through the tenant and in no other way. */
const CREDENTIAL_PARAMETERS = new Set([
  'key', // Google
  'api_key',
  'api-key',
  'apikey',
  'access_token',
  'auth_token',
  'subscription-key', // Azure API Management
  'x-amz-credential', // AWS, presigned
  'x-amz-security-token',
  'x-amz-signature',
]);

/** True for a query parameter that says who asks. */
const isCredentialParameter = (name: string): boolean => CREDENTIAL_PARAMETERS.has(name.toLowerCase());

/** A process calls few URLs, over and over. */
const split = new LRUCache<string, SplitUrl>({ max: 200 });

/** Takes a URL apart. One that is none is a `RequestError`. Values of one parameter keep their order. */
export function splitUrl(url: string): SplitUrl {
  let parts = split.get(url);
  if (!parts) split.set(url, (parts = takeApart(url)));
  return parts;
}

function takeApart(text: string): SplitUrl {
  const url = URL.parse(text);
  // The text itself may carry a credential, so that the message does not repeat it.
  if (!url) throw new RequestError('The URL of the request is not a complete URL.');

  const credentials: UrlCredential[] = [];
  if (url.username !== '' || url.password !== '') credentials.push(['user', url.username, url.password]);
  const counting: { name: string; text: string }[] = [];
  for (const parameter of url.search.slice(1).split('&')) {
    const [name = '', value = ''] = [...new URLSearchParams(parameter)][0] ?? [];
    if (isCredentialParameter(name)) credentials.push(['query', name, value]);
    else if (parameter !== '') counting.push({ name, text: parameter });
  }

  url.username = '';
  url.password = '';
  url.hash = '';
  url.search = counting
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ text: parameter }) => parameter)
    .join('&');
  return { address: url.href, credentials };
}
