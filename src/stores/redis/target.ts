import { readFileSync } from 'node:fs';
import { OptionError } from '../../base/errors.ts';
import { type Address, parseAddress } from '../address.ts';

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is and how to get in. */
export interface Target {
  readonly kind: 'server' | 'sentinel' | 'cluster';
  /** The server, the sentinels, or some servers of the cluster. Empty where there is a socket. */
  readonly hosts: readonly Host[];
  /** A Unix socket. */
  readonly socket?: string;
  /** The name that sentinels know the servers by. */
  readonly service?: string;
  readonly username?: string;
  readonly password?: string;
  readonly sentinelPassword?: string;
  readonly db: number;
  /** Certificates of the authorities to trust (PEM) in place of the usual ones. */
  readonly tls?: { readonly ca?: Buffer };
}

const KINDS: Readonly<Record<string, { kind: Target['kind']; tls: boolean; port: number; looks: string }>> = {
  redis: { kind: 'server', tls: false, port: 6379, looks: 'redis://[[user]:[password]@]host[:port][/db]' },
  rediss: { kind: 'server', tls: true, port: 6379, looks: 'rediss://[[user]:[password]@]host[:port][/db]' },
  'redis+sentinel': { kind: 'sentinel', tls: false, port: 26_379, looks: 'redis+sentinel://[[user]:[password]@]host[:port][,host...]/service[/db]' },
  'rediss+sentinel': { kind: 'sentinel', tls: true, port: 26_379, looks: 'rediss+sentinel://[[user]:[password]@]host[:port][,host...]/service[/db]' },
  'redis+cluster': { kind: 'cluster', tls: false, port: 6379, looks: 'redis+cluster://[[user]:[password]@]host[:port][,host...]' },
  'rediss+cluster': { kind: 'cluster', tls: true, port: 6379, looks: 'rediss+cluster://[[user]:[password]@]host[:port][,host...]' },
};

/** Options of a URL that say where Redis is; all others are the store's. */
export const TARGET_OPTIONS: readonly string[] = ['ca', 'db', 'user', 'password', 'sentinelPassword'];

/** Reads the URL of a Redis. Throws an `OptionError` that never shows the password. */
export function targetOf(address: Address): Target {
  const { ca, db, user, password, sentinelPassword } = address.options;
  const given = {
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
  };
  if (address.scheme === 'unix') {
    if (!address.path.startsWith('/')) throw new OptionError('url', 'a URL such as unix:/run/redis.sock', address.path);
    return { kind: 'server', hosts: [], socket: address.path, db: numberOf(db ?? '0'), ...given };
  }
  const known = KINDS[address.scheme];
  if (!known) throw new OptionError('url', `a URL that begins with ${[...Object.keys(KINDS), 'unix'].join(':, ')}:`, `${address.scheme}:`);
  const { kind, tls, port, looks } = known;
  const at = address.path.lastIndexOf('@');
  const [names = '', ...rest] = address.path.slice(at + 1).split('/');
  const bad = () => new OptionError('url', `a URL such as ${looks}`, `${address.scheme}://${names}${rest.map((part) => `/${part}`).join('')}`);
  const decoded = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw new OptionError('url', 'a URL whose percent signs are written %25', `${address.scheme}://${names}`);
    }
  };

  const hosts = names === '' && kind === 'server' ? [{ host: 'localhost', port }] : names.split(',').map((name) => hostOf(name, port, bad));
  const service = kind === 'sentinel' ? decoded(rest.shift() ?? '') : undefined;
  if (service === '' || (kind === 'server' && hosts.length > 1) || rest.length > (kind === 'cluster' ? 0 : 1)) throw bad();
  if (kind === 'cluster' && Number(db ?? 0) !== 0) throw new OptionError('url', 'a URL without a database (a cluster has one alone)', db);
  if (ca !== undefined && !tls) throw new OptionError('url', 'a rediss: URL where `ca` is given', `${address.scheme}:`);
  return {
    kind,
    hosts,
    db: numberOf(db ?? (rest[0] || '0')),
    ...(service !== undefined && { service }),
    ...(at >= 0 && credentialsIn(address.path.slice(0, at), decoded)),
    ...given,
    ...(tls && { tls: ca === undefined ? {} : { ca: readFileSync(ca) } }),
  };
}

/** The target of a URL as text, with the options that are the store's. */
export function readUrl(url: string): { readonly target: Target; readonly options: Readonly<Record<string, string>> } {
  const address = parseAddress(url);
  if (!address) throw new OptionError('url', 'a URL such as redis://localhost:6379', 'something without a scheme');
  const options = Object.fromEntries(Object.entries(address.options).filter(([name]) => !TARGET_OPTIONS.includes(name)));
  return { target: targetOf(address), options };
}

function hostOf(name: string, port: number, bad: () => OptionError): Host {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(name);
  if (!match) throw bad();
  const given = match[3] === undefined ? port : Number(match[3]);
  if (!(given >= 1 && given <= 65_535)) throw bad();
  return { host: match[1] ?? match[2]!, port: given };
}

function credentialsIn(text: string, decoded: (text: string) => string): { username?: string; password?: string } {
  const colon = text.indexOf(':');
  // As with Redis's own tools, a name without a password is a name.
  const [user, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return { ...(user !== '' && { username: decoded(user) }), ...(password !== '' && { password: decoded(password) }) };
}

function numberOf(db: string): number {
  if (!/^\d{1,5}$/.test(db)) throw new OptionError('url', 'a URL whose database is a number', db);
  return Number(db);
}
