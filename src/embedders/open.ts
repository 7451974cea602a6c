import type { Clock } from '../base/clock.ts';
import { OptionError } from '../base/errors.ts';
import type { Prices } from '../pricing/price-of.ts';
import type { Embedder } from './embedder.ts';
import { ollamaEmbedder } from './ollama.ts';
import { openaiEmbedder } from './openai-compatible.ts';
import type { Fetch } from './service.ts';
import { transformersEmbedder, type TransformersEmbedderOptions } from './transformers.ts';

/** How embedders are named, for messages and help. */
export const EMBEDDER_SPECS = [
  'bundled',
  'openai:MODEL',
  'openai+https://HOST/v1?model=MODEL',
  'ollama:MODEL',
  'ollama+http://HOST:PORT?model=MODEL',
  'transformers:MODEL',
] as const;

/** What embedders that are named take from their surroundings. */
export interface EmbedderContext {
  /** Where API keys are looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How services are called. @default globalThis.fetch */
  readonly fetch?: Fetch;
  /** @default the price table */
  readonly prices?: Prices;
  /** @default the machine's own clock */
  readonly clock?: Clock;
}

/**
 * The embedder that a text names, or the one that is given; `undefined` for `bundled`, which is not of this folder. Nothing is asked or
 * loaded before its first use. A text that names none is an `OptionError`.
 *
 * Options stand behind a question mark: `dimensions`, `batch-size` and `longest` everywhere but that `transformers` has no `dimensions`,
 * `api-key-env` (the name of the environment variable with the key) for `openai`, `dtype`, `pooling` and `revision` for `transformers`.
 */
export function openEmbedder(spec: string | Embedder, context: EmbedderContext = {}): Embedder | undefined {
  if (typeof spec !== 'string') {
    if (typeof spec?.embed === 'function' && typeof spec.fingerprint === 'string') return spec;
    throw new OptionError('embedder', EXPECTED, spec);
  }
  if (spec === 'bundled') return undefined;
  const parsed = parse(spec);
  if (!parsed) throw new OptionError('embedder', EXPECTED, withoutSecrets(spec));
  const { kind, base, options } = parsed;
  const { env = process.env, fetch, prices, clock } = context;
  const take = takeFrom(options, spec);
  const common = {
    model: parsed.model ?? take.text('model') ?? '',
    ...defined({ batchSize: take.count('batch-size'), longest: take.count('longest') }),
  };
  if (common.model === '') throw new OptionError('embedder', `one with a model: ${EXPECTED}`, withoutSecrets(spec));

  if (kind === 'transformers') {
    const pooling = take.oneOf('pooling', ['mean', 'cls', 'last_token']) as TransformersEmbedderOptions['pooling'];
    const more = defined({ dtype: take.text('dtype'), revision: take.text('revision'), pooling });
    take.end();
    return transformersEmbedder({ ...common, ...more });
  }
  const dimensions = take.count('dimensions');
  const more = defined({ baseURL: base, dimensions, fetch, clock });
  if (kind === 'ollama') {
    take.end();
    return ollamaEmbedder({ ...common, ...more });
  }
  // The key of OpenAI goes to nobody else: another address gets a key only from the variable that is named for it.
  const variable = take.text('api-key-env') ?? (base === undefined ? 'OPENAI_API_KEY' : undefined);
  take.end();
  const apiKey = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && !apiKey) throw new OptionError('embedder', `used with an API key in the environment variable ${variable}`, withoutSecrets(spec));
  return openaiEmbedder({ ...common, ...more, ...defined({ apiKey, prices }) });
}

const EXPECTED = `an embedder, or one of ${EMBEDDER_SPECS.join(', ')}`;

type Kind = 'openai' | 'ollama' | 'transformers';

interface Parsed {
  readonly kind: Kind;
  /** The model, where it stands in the text itself. */
  readonly model?: string;
  /** The address, where one is given. */
  readonly base?: string;
  readonly options: URLSearchParams;
}

function parse(spec: string): Parsed | undefined {
  const address = /^(openai|ollama)\+(https?:\/\/[^?#]+)(?:\?([^#]*))?$/.exec(spec);
  if (address) return { kind: address[1] as Kind, base: address[2]!, options: new URLSearchParams(address[3] ?? '') };
  // `openai://host` is a slip, and no model.
  const model = /^(openai|ollama|transformers):(?!\/\/)([^?#\s]*)(?:\?([^#]*))?$/.exec(spec);
  return model ? { kind: model[1] as Kind, model: model[2]!, options: new URLSearchParams(model[3] ?? '') } : undefined;
}

/** Takes options one by one; what is left at the end is an option that there is not. */
function takeFrom(options: URLSearchParams, spec: string) {
  const text = (name: string): string | undefined => {
    const value = options.get(name) ?? undefined;
    options.delete(name);
    return value === '' ? undefined : value;
  };
  return {
    text,
    count(name: string): number | undefined {
      const value = text(name);
      if (value !== undefined && !/^[1-9]\d{0,8}$/.test(value)) throw new OptionError(`embedder.${name}`, 'a whole number from 1 up', value);
      return value === undefined ? undefined : Number(value);
    },
    oneOf(name: string, allowed: readonly string[]): string | undefined {
      const value = text(name);
      if (value !== undefined && !allowed.includes(value)) throw new OptionError(`embedder.${name}`, `one of ${allowed.join(', ')}`, value);
      return value;
    },
    end(): void {
      const [unknown] = options.keys();
      if (unknown !== undefined) throw new OptionError('embedder', `without \`${unknown}\`, which is no option of it`, withoutSecrets(spec));
    },
  };
}

/** A text as it may be shown: without user, password and options. */
const withoutSecrets = (spec: string): string => spec.replace(/\/\/[^/@]*@/, '//').replace(/\?[\s\S]*$/, '');

/** The members that are there: `undefined` means not given. */
const defined = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
