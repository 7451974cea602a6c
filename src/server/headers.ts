/**
 * Headers that belong to one connection and are passed on in neither direction, besides those that `Connection` names.
 * Source: RFC 9110, 7.6.1, and RFC 9112. `host` and `expect` are said anew by whoever asks the next server.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
const SAID_ANEW: ReadonlySet<string> = new Set(['host', 'expect', 'content-length']);

/** Names of this prefix are said to Reprise alone, and by it alone. */
const OWN = 'x-reprise-';

const CORS = 'access-control-';

/** The names that a `Connection` header lists, in lower case. */
function listed(connection: string | undefined): readonly string[] {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return [];
  return connection.split(',').map((name) => name.trim().toLowerCase());
}

const stays = (name: string, connection: readonly string[]): boolean =>
  !HOP_BY_HOP.has(name) && !name.startsWith(OWN) && !connection.includes(name);

/** The headers of a request that is passed on as it is, names and values by turns, in order, with their letter case and repetitions. */
export function forwardedRaw(raw: readonly string[], connection: string | undefined): string[] {
  const drop = listed(connection);
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (stays(name, drop) && !SAID_ANEW.has(name)) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}

/** The headers of a request that is recorded: one value a name, and the answer wanted as plain bytes, since it is stored and played as such. */
export function forwardedPlain(headers: Readonly<Record<string, string>>): string[] {
  const drop = listed(headers.connection);
  const kept: string[] = [];
  for (const name in headers) {
    if (!stays(name, drop) || SAID_ANEW.has(name) || name === 'accept-encoding' || name === 'content-encoding') continue;
    kept.push(name, String(headers[name]));
  }
  kept.push('accept-encoding', 'identity');
  return kept;
}

/**
 * The headers of a request that count: without those that `Connection` names, which are not passed on. Otherwise a caller could have an
 * answer kept as one to a request that the provider never saw.
 */
export function countedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const drop = listed(headers.connection);
  if (drop.length === 0) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop.includes(name)));
}

/** Headers of an answer that are passed on, names and values by turns. `without` names more that are to go. */
export function returnedRaw(raw: readonly string[], connection: string | undefined, without: readonly string[] = []): string[] {
  const drop = listed(connection);
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (stays(name, drop) && !without.includes(name)) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}

/** Headers by name, in lower case; repeated ones are joined by commas. */
export function byName(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    headers[name] = name in headers ? `${headers[name]}, ${raw[at + 1]!}` : raw[at + 1]!;
  }
  return headers;
}

/** The same reply headers without the provider's own rules for web pages, which this server says itself. */
export function withoutCors(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) if (!raw[at]!.toLowerCase().startsWith(CORS)) kept.push(raw[at]!, raw[at + 1]!);
  return kept;
}
