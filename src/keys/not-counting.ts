/**
 * What does not count in a key, and which headers do: the one place for both. Whatever is not named here counts, so that a parameter
 * that a provider adds tomorrow is never lost from a key.
 */

/** One part of a request body that cannot change the answer. */
export interface NotCounting {
  /** Where it stands: a JSON pointer from the top of the body, in which `*` is every element of an array. */
  readonly path: string;
  /** Whose requests have it; see `Format.provider`. */
  readonly providers: readonly string[];
  /** Why it cannot change the answer. */
  readonly why: string;
}

const openai = ['openai'];
const anthropic = ['anthropic'];
const both = ['openai', 'anthropic'];
const steersPromptCache = "marks what the provider's prompt cache may reuse, which changes the price and not the answer";

/**
 * Parameters as in the types of `openai` 7.57 and `@anthropic-ai/sdk` 1.12. Markers inside messages are named by their exact places: a
 * tool's schema or arguments may well have a member called `cache_control` that means something.
 */
export const NOT_COUNTING: readonly NotCounting[] = [
  { path: '/stream', providers: both, why: 'chooses the form of the answer; one entry serves both forms' },
  { path: '/stream_options', providers: openai, why: 'chooses what is reported beside the answer in a stream' },
  { path: '/metadata', providers: both, why: 'labels the request for the account' },
  { path: '/user', providers: openai, why: 'names the end user for abuse detection' },
  { path: '/safety_identifier', providers: openai, why: 'names the end user for abuse detection' },
  { path: '/service_tier', providers: both, why: 'chooses speed and price; the model is the same' },
  { path: '/prompt_cache_key', providers: openai, why: 'routes to a machine that may have the prompt cached' },
  { path: '/prompt_cache_retention', providers: openai, why: "says how long the provider's prompt cache keeps the prompt" },
  { path: '/prompt_cache_options', providers: openai, why: "sets up the provider's prompt cache" },
  { path: '/messages/*/content/*/prompt_cache_breakpoint', providers: openai, why: steersPromptCache },
  { path: '/input/*/content/*/prompt_cache_breakpoint', providers: openai, why: steersPromptCache },
  { path: '/input/*/output/*/prompt_cache_breakpoint', providers: openai, why: steersPromptCache },
  { path: '/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/tools/*/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/system/*/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/messages/*/content/*/cache_control', providers: both, why: `${steersPromptCache}; gateways take it in OpenAI's format too` },
  { path: '/messages/*/content/*/content/*/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/messages/*/content/*/content/*/content/*/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/messages/*/content/*/source/content/*/cache_control', providers: anthropic, why: steersPromptCache },
  { path: '/messages/*/content/*/content/*/source/content/*/cache_control', providers: anthropic, why: steersPromptCache },
];

/** The headers that change answers, or decide whose answer it is. No other header counts. Sorted by name. */
export const COUNTING_HEADERS: readonly string[] = [
  'anthropic-beta',
  'anthropic-organization-id',
  'anthropic-user-profile-id',
  'anthropic-version',
  'anthropic-workspace-id',
  'openai-beta',
  'openai-organization',
  'openai-project',
  // Gateways: which provider and model answers.
  'x-portkey-config',
  'x-portkey-custom-host',
  'x-portkey-provider',
];

/** Headers whose value is a list with commas, in which white space around a comma means nothing (RFC 9110, section 5.6.1). */
const LISTS = new Set(['anthropic-beta', 'openai-beta']);

/** How a user changes the list. */
export interface CountingOptions {
  /** Names of members at the top of a body that are not to count, whatever the provider. */
  readonly ignore?: readonly string[];
  /** Names of members that are to count although the list has them. */
  readonly count?: readonly string[];
}

/** What is left out, as a tree along the paths. */
export interface Omission {
  /** Members left out here. */
  readonly names: ReadonlySet<string>;
  /** What is left out further down: by member name, or of every element of an array (`*`). */
  readonly below: ReadonlyMap<string, Omission>;
}

interface Growing extends Omission {
  readonly names: Set<string>;
  readonly below: Map<string, Growing>;
}

/** What is left out of the bodies of one provider. */
export function omissionFor(provider: string, options: CountingOptions = {}): Omission {
  const root = grow();
  const counted = new Set(options.count);
  for (const { path, providers } of NOT_COUNTING) {
    const steps = path.slice(1).split('/');
    const name = steps.pop()!;
    if (!providers.includes(provider) || counted.has(name)) continue;

    let at = root;
    for (const step of steps) {
      const next = at.below.get(step) ?? grow();
      at.below.set(step, next);
      at = next;
    }
    at.names.add(name);
  }
  for (const name of options.ignore ?? []) root.names.add(name);
  return root;
}

const grow = (): Growing => ({ names: new Set(), below: new Map() });

/** The counting headers among `headers` (names in lower case), by name, values as they are compared. */
export function countingHeaders(headers: Readonly<Record<string, string>>): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (const name of COUNTING_HEADERS) {
    const value = headers[name];
    if (value !== undefined) found.push([name, LISTS.has(name) ? value.split(',').map((item) => item.trim()).filter(Boolean).join(',') : value.trim()]);
  }
  return found;
}

