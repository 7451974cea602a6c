/**
 * How one model comes to have many names, as rules: snapshots with a date, `latest`, and what gateways and clouds put around a name.
 * Each rule stays inside the family of the model; what no rule covers has no price.
 */

/** Words before a name by which gateways (OpenRouter, LiteLLM, the AI SDK) and clouds say whose model it is, and whose list it is on. */
const PREFIXES: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  gemini: 'google',
  models: 'google',
  vertex_ai: 'google',
  'x-ai': 'xai',
  xai: 'xai',
  deepseek: 'deepseek',
  mistralai: 'mistral',
  mistral: 'mistral',
  groq: 'groq',
  cohere: 'cohere',
  perplexity: 'perplexity',
  qwen: 'qwen',
  moonshotai: 'moonshot',
  'z-ai': 'glm',
};

/**
 * Amazon Bedrock: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
const BEDROCK = /^(?:(?:us|eu|apac|jp|au|global|us-gov)\.)?anthropic\.(claude-.+?)(?:-v\d+(?::\d+)?)?$/;

/** Rules that take something from the end of a name, by family. The same model is meant with and without. */
const ENDINGS: Readonly<Record<string, readonly RegExp[]>> = {
  // https://platform.openai.com/docs/models: snapshots are named by date.
  openai: [/-20\d\d-\d\d-\d\d$/],
  // https://platform.claude.com/docs/en/about-claude/models/overview: `-20250929`; on Vertex AI `@20250929`.
  anthropic: [/[-@]20\d{6}$/, /-latest$/, /@default$/],
  // https://ai.google.dev/gemini-api/docs/models: `-001` is a stable version, `-latest` the newest one.
  google: [/-0\d\d$/, /-latest$/],
  // https://docs.x.ai/docs/models: `-latest` is the newest version of a name.
  xai: [/-latest$/],
};

/** Names of the same model that no ending explains. */
const SAME: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // https://platform.claude.com/docs/en/about-claude/models/overview: alias of the first snapshot of a generation.
  anthropic: {
    'claude-opus-4': 'claude-opus-4-0',
    'claude-sonnet-4': 'claude-sonnet-4-0',
    'claude-3-7-sonnet': 'claude-3-7-sonnet-latest',
    'claude-3-5-haiku': 'claude-3-5-haiku-latest',
  },
  // https://platform.openai.com/docs/models/gpt-4
  openai: { 'gpt-4-0613': 'gpt-4' },
};

/** Whose model a name says it is, or else the provider itself. */
export function familyOf(model: string, provider: string): string {
  if (BEDROCK.test(model)) return 'anthropic';
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : '';
  if (Object.hasOwn(PREFIXES, prefix)) {
    // `vertex_ai/claude-...` and the like: the model's own name decides.
    return model.startsWith('claude-', slash + 1) ? 'anthropic' : PREFIXES[prefix]!;
  }
  if (model.startsWith('claude-')) return 'anthropic';
  if (model.startsWith('gemini-')) return 'google';
  if (model.startsWith('grok-')) return 'xai';
  return provider;
}

/** The names of the same model to look for in the list of `family`, the most exact first. The name itself comes first. */
export function namesOf(model: string, family: string): string[] {
  const names = [model];
  const add = (name: string) => void (names.includes(name) || names.push(name));

  const slash = model.indexOf('/');
  const bare = slash > 0 && Object.hasOwn(PREFIXES, model.slice(0, slash)) ? model.slice(slash + 1) : model;
  add(bare);
  const bedrock = family === 'anthropic' ? BEDROCK.exec(bare)?.[1] : undefined;
  if (bedrock !== undefined) add(bedrock);
  // OpenRouter writes versions with a dot: `anthropic/claude-opus-4.8`.
  if (family === 'anthropic') add(names.at(-1)!.replace(/(\d)\.(\d)/, '$1-$2'));

  for (const ending of of(ENDINGS, family) ?? []) for (const name of names) add(name.replace(ending, ''));
  const same = of(SAME, family) ?? {};
  for (const name of names) add(of(same, name) ?? name);
  return names;
}

/** An own member: names come from requests, and `constructor` is one, too. */
const of = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
