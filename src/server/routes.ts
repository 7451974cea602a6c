import { anthropicMessages } from '../providers/anthropic-messages.ts';
import type { Format } from '../providers/format.ts';
import { openAiChat } from '../providers/openai-chat.ts';
import { openAiEmbeddings } from '../providers/openai-embeddings.ts';
import { openAiResponses } from '../providers/openai-responses.ts';
import type { Handler } from './http.ts';

/** The providers whose APIs are spoken. */
export type Provider = 'openai' | 'anthropic';

/** One path and what is done there, by method. */
export interface Route {
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
  /** Writes its errors. */
  readonly format: Pick<Format, 'errorBody'>;
}

/** Everything below a prefix, decided by one handler: where a further API plugs in. */
export interface RouteGroup {
  /** Such as `/admin/`. */
  readonly prefix: string;
  readonly handle: Handler;
  readonly format: Pick<Format, 'errorBody'>;
}

/** The endpoints that are cached: POST only, each in one wire format. */
const ENDPOINTS: readonly { readonly path: string; readonly format: Format; readonly provider: Provider }[] = [
  { path: '/v1/chat/completions', format: openAiChat, provider: 'openai' },
  { path: '/v1/responses', format: openAiResponses, provider: 'openai' },
  { path: '/v1/embeddings', format: openAiEmbeddings, provider: 'openai' },
  { path: '/v1/messages', format: anthropicMessages, provider: 'anthropic' },
];

/** A cached endpoint at one of its addresses. `target` is its path at the provider. */
export interface CachedPath {
  readonly path: string;
  readonly target: string;
  readonly format: Format;
  readonly provider: Provider;
}

/**
 * All addresses of cached endpoints: as the APIs have them, and below the name of a provider, with `/v1` or without. Below a name every
 * format is taken, since both providers have endpoints that speak the other's.
 */
export const CACHED_PATHS: readonly CachedPath[] = ENDPOINTS.flatMap(({ path, format, provider }) => [
  { path, target: path, format, provider },
  ...(['openai', 'anthropic'] as const).flatMap((named) => [
    { path: `/${named}${path}`, target: path, format, provider: named },
    { path: `/${named}${path.slice('/v1'.length)}`, target: path, format, provider: named },
  ]),
]);

/** Where a call goes that is not cached. */
export interface Destination {
  readonly provider: Provider;
  /** Path and query at the provider. */
  readonly target: string;
}

const NAMED = /^\/(openai|anthropic)(?=[/?]|$)/;
const ANTHROPIC = /^\/v1\/(?:messages|complete)(?:[/?]|$)/;

/** Which provider a path means: by its prefix, else by the path itself, else by the header `anthropic-version`. */
export function destinationOf(target: string, headers: Readonly<Record<string, string>>): Destination {
  const named = NAMED.exec(target);
  if (!named) return { provider: ANTHROPIC.test(target) || headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai', target };
  const rest = target.slice(named[0].length);
  // An SDK whose base address ends in the name leaves `/v1` out, which all paths of both APIs have.
  return { provider: named[1] as Provider, target: /^\/v\d/.test(rest) ? rest : `/v1${rest}` };
}

/** True for a path that climbs: it might leave the base path at the provider, which is not the caller's to choose. */
export const climbs = (path: string): boolean => /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\]|%2f|%5c|$)/i.test(path);

/** The format in which errors are written where no endpoint says it. */
export const errorFormatOf = (provider: Provider): Pick<Format, 'errorBody'> => (provider === 'anthropic' ? anthropicMessages : openAiChat);
