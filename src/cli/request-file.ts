import * as v from 'valibot';
import { parseJson } from '../base/json.ts';
import { SETTINGS, type Settings } from './settings.ts';

/** A request as files have it, ready to be asked. */
export interface FileRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | object;
}

/** What the words in a request file mean here. */
export interface RequestContext {
  readonly settings: Settings;
  /** Headers for every request that does not say them itself. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of environment variables that headers may refer to, besides those of `KEY_VARIABLES`. */
  readonly variables: readonly string[];
  /** Origins, besides those of the settings, that requests may go to. */
  readonly origins: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The variables in which the official SDKs keep their keys. */
export const KEY_VARIABLES = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'] as const;

const schema = v.pipe(
  v.strictObject({
    url: v.optional(v.string()),
    path: v.optional(v.pipe(v.string(), v.startsWith('/', 'must begin with /'))),
    headers: v.optional(v.record(v.string(), v.string())),
    body: v.union([v.string(), v.record(v.string(), v.unknown())], 'must be an object, or a text'),
  }),
  v.check(({ url, path }) => (url === undefined) !== (path === undefined), 'must have either `url` or `path`'),
);

/**
 * Reads a request `{ url | path, headers?, body }`. A path goes to the provider that the settings name; a URL is taken only where it goes
 * to one of those, or to an origin that was allowed by hand: a file from elsewhere must not carry keys away. `$NAME` and `${NAME}`
 * in headers are the value of an environment variable, of those that are allowed.
 */
export function readRequest(text: string, context: RequestContext): FileRequest | { readonly wrong: string } {
  const json = parseJson(text);
  if (json === undefined) return { wrong: 'it is no JSON' };
  const checked = v.safeParse(schema, json, { abortEarly: true });
  if (!checked.success) {
    const [issue] = checked.issues;
    const path = v.getDotPath(issue);
    return { wrong: path === null ? issue.message : `${path}: ${issue.message}` };
  }
  const { url, path, headers = {}, body } = checked.output;
  const target = path === undefined ? allowed(url!, context) : atProvider(path, context.settings);
  if (typeof target !== 'string') return target;
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...context.headers, ...lowerCased(headers) })) {
    const text = fill(value, context);
    if (typeof text !== 'string') return { wrong: `headers.${name}: ${text.wrong}` };
    filled[name] = text;
  }
  return { url: target, headers: filled, body };
}

const upstreams = ({ openaiUrl, anthropicUrl }: Settings) => ({
  openai: openaiUrl ?? SETTINGS.openaiUrl.default,
  anthropic: anthropicUrl ?? SETTINGS.anthropicUrl.default,
});

/** The address of a path, as the proxy has it: by the prefix, else by the API. */
function atProvider(path: string, settings: Settings): string {
  const match = /^\/(openai|anthropic)(\/.*)$/.exec(path);
  const provider = match?.[1] ?? (path.startsWith('/v1/messages') ? 'anthropic' : 'openai');
  const { origin, pathname } = new URL(upstreams(settings)[provider as 'openai' | 'anthropic']);
  return origin + pathname.replace(/\/+$/, '').replace(/\/v1$/, '') + (match?.[2] ?? path);
}

function allowed(url: string, { settings, origins }: RequestContext): string | { wrong: string } {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return { wrong: 'url: must be an http or https address' };
  const known = [...Object.values(upstreams(settings)), ...origins].map((each) => URL.parse(each)?.origin);
  if (known.includes(parsed.origin)) return url;
  return { wrong: `url: ${parsed.origin} is no provider of the settings; --allow-origin ${parsed.origin} lets requests go there` };
}

function fill(value: string, { variables, env }: RequestContext): string | { wrong: string } {
  let wrong: string | undefined;
  const text = value.replace(/\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g, (_all, braced?: string, bare?: string) => {
    const name = (braced ?? bare)!;
    if (!(KEY_VARIABLES as readonly string[]).includes(name) && !variables.includes(name)) wrong = `the variable ${name} may not be used; --env ${name} allows it`;
    else if (!env[name]) wrong = `the variable ${name} is not set`;
    return env[name] ?? '';
  });
  return wrong === undefined ? text : { wrong };
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
