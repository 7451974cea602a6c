import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { JudgeError, OptionError } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import { lazy } from '../../base/lazy.ts';
import { type Bytes, type Duration, toMilliseconds, type Usd } from '../../base/units.ts';
import type { Finding } from '../../providers/format.ts';
import { costOf, createPrices, type PriceOverrides } from '../../pricing/price-of.ts';
import { bounded } from './bounded.ts';
import { chatRequests } from './chat-request.ts';
import { type LlmJudgePrompt, pairMessage, systemMessage } from './llm-judge-prompt.ts';
import { type LlmVerdict, readReply } from './llm-verdict.ts';
import type { Judgement, PairJudge } from './pair-judge.ts';
import { MOST_WAITING, refusal, service, type ServiceOptions, serviceUrl } from './post-json.ts';
import { sharedCalls } from './shared-calls.ts';

/** Where OpenAI's API is, and the default. */
const OPENAI = 'https://api.openai.com/v1';

/** A chat model as judge, asked through the OpenAI Chat Completions format. */
export interface LlmJudgeOptions extends ServiceOptions {
  /** The model, as the service names it. Models that answer at once do; ones that reason need a larger `maxTokens` and more time. */
  model: string;
  /** The address before `/chat/completions`. @default 'https://api.openai.com/v1' */
  baseURL?: string | URL;
  /**
   * Sent as `Authorization: Bearer`. @default the environment's `OPENAI_API_KEY`, at OpenAI's own address only: a key is not sent to a
   * service that it was not given for
   */
  apiKey?: string;
  /** What the model is told to decide, as text or file. How the texts are quoted and how to reply is said after it, always. */
  prompt?: LlmJudgePrompt;
  /**
   * Verdicts that are remembered, by both texts in their order; `false` for none.
   * @default { maxEntries: 10_000 }, for as long as the judge lives
   */
  cache?: false | { maxEntries?: number; ttl?: Duration };
  /** Most tokens of a reply, reasoning included. A verdict takes some 10. @default 500 */
  maxTokens?: number;
  /** Pairs that are longer together than this are not sent, and count as not read. In bytes of UTF-8. @default 20_000 */
  maxBytes?: Bytes;
  /** Further members of the request body, such as `reasoning_effort`. They win over those that are sent anyway. */
  parameters?: JsonObject;
  /** Prices of models, before those of the table. */
  prices?: PriceOverrides;
  /** Hears of each reply that held no verdict: refused, truncated, or saying something else. */
  onTrouble?: (error: JudgeError) => void;
}

/** What is known of a pair. `booked`: its cost was reported. */
interface Known {
  readonly verdict: LlmVerdict;
  readonly cost: Usd | undefined;
  booked: boolean;
}

const PROBABILITY: Readonly<Record<LlmVerdict, number>> = { same: 1, unsure: 0.5, different: 0 };

/**
 * Asks a chat model about each pair, several at a time. It decides itself: `same` is the verdict "same" and no other, and `probability`
 * is 1, 0.5 for "unsure", 0 for "different" and for a reply without a verdict. Equal pairs under way are asked once, verdicts are
 * remembered, and each cost is reported once, with the judgement that it was first needed for. Failures (status 429 or 5xx, no answer in
 * time) are not tried again: they mean a miss, and a miss costs less than waiting.
 *
 * The fingerprint covers the address, the model, the prompt and the parameters. The address counts, as a model's name means something
 * only at the service that gives it: `default` or `llama3` is another model at another place.
 *
 * Throws an `OptionError` for options that cannot be used; for a prompt file that cannot be read, at first use.
 * Source of the format: https://platform.openai.com/docs/api-reference/chat/create and
 * https://platform.openai.com/docs/guides/structured-outputs
 */
export function llmJudge(options: LlmJudgeOptions): PairJudge {
  const { model, baseURL = OPENAI, prompt, cache = {}, parameters = {}, onTrouble } = options;
  const { maxTokens = 500, maxBytes = 20_000, maxConcurrent = 4 } = options;
  if (typeof model !== 'string' || model === '') throw new OptionError('model', 'the name of a chat model', model);
  if (!(maxTokens >= 1)) throw new OptionError('maxTokens', 'a number of tokens from 1 up', maxTokens);
  if (!(maxConcurrent >= 1)) throw new OptionError('maxConcurrent', 'a number from 1 up', maxConcurrent);
  const url = serviceUrl(baseURL, 'baseURL');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  const official = url.origin === new URL(OPENAI).origin;
  const apiKey = options.apiKey ?? (official ? process.env.OPENAI_API_KEY : undefined);
  if (official && !apiKey && !options.headers) throw new OptionError('apiKey', 'a key, or the environment variable OPENAI_API_KEY set', apiKey);

  const api = service(url, { ...options, ...(apiKey && { apiKey }) });
  const requests = chatRequests({ model, maxTokens, parameters, limit: official ? 'max_completion_tokens' : 'max_tokens' });
  const prices = createPrices(options.prices);
  const room = bounded(maxConcurrent, MOST_WAITING);
  const calls = sharedCalls<Known>();
  const remembered = cache === false ? undefined : verdictCache(cache.maxEntries, cache.ttl);
  const closing = new AbortController();

  const system = lazy(() => systemMessage(prompt));
  const fingerprint = lazy(async () => {
    const all = JSON.stringify([url.href, model, await system(), parameters]);
    return `llm:${model}:${hash('sha256', all).slice(0, 16)}`;
  });

  async function ask(asked: string, stored: string, signal: AbortSignal): Promise<{ known: Known; lasting: boolean }> {
    const messages = [{ role: 'system', content: await system() }, { role: 'user', content: pairMessage(asked, stored) }];
    for (;;) {
      const request = requests.make(messages);
      const answer = await api.post(request, signal);
      if (answer.status !== 200) {
        if (requests.learn(answer, request)) continue;
        throw refusal(url.host, answer);
      }
      const reply = readReply(answer.body);
      if (!reply) throw new JudgeError('unreadable', `The judge at ${url.host} answered with something else than a chat completion.`);
      if (!reply.verdict) onTrouble?.(new JudgeError('unreadable', `The judge's reply holds no verdict: ${reply.why}.`));
      // A reply without a verdict is not kept: the next one may hold one. A refusal is, as it would come again.
      const lasting = reply.verdict !== undefined || reply.why === 'refused';
      return { known: { verdict: reply.verdict ?? 'different', cost: cost(reply.finding), booked: false }, lasting };
    }
  }

  function cost({ usage, model: answered }: Finding): Usd | undefined {
    const price = prices.priceOf(answered ?? model, 'openai') ?? prices.priceOf(model, 'openai');
    return usage && price && costOf(usage, price);
  }

  async function know(asked: string, stored: string, signal: AbortSignal): Promise<Known | undefined> {
    if (Buffer.byteLength(asked) + Buffer.byteLength(stored) > maxBytes) return undefined;
    const key = hash('sha256', JSON.stringify([await fingerprint(), asked, stored]), 'base64');
    const found = remembered?.get(key);
    if (found) return found;
    return calls.join(key, async (leaving) => {
      const { known, lasting } = await room.run(() => ask(asked, stored, leaving), leaving);
      if (lasting) remembered?.set(key, known);
      return known;
    }, signal);
  }

  return {
    name: 'llm',
    decides: true,
    fingerprint,
    async judge(pairs, signal) {
      // The first failure is the answer to all, so that the others need not be waited or paid for.
      const failing = new AbortController();
      const ending = AbortSignal.any([closing.signal, signal, failing.signal]);
      ending.throwIfAborted();
      try {
        const known = await Promise.all(pairs.map(([asked, stored]) => know(asked, stored, ending)));
        return known.map(judgement);
      } catch (error) {
        failing.abort(error);
        throw error;
      }
    },
    async close() {
      closing.abort(new JudgeError('closed', 'The judge is closed.'));
      remembered?.clear();
    },
  };
}

function verdictCache(max = 10_000, ttl: Duration = Infinity): LRUCache<string, Known> {
  if (!Number.isInteger(max) || max < 1) throw new OptionError('cache.maxEntries', 'a whole number from 1 up', max);
  const lasts = toMilliseconds(ttl, 'cache.ttl');
  return new LRUCache<string, Known>({ max, ttl: lasts === Infinity ? 0 : Math.max(1, lasts) });   // 0 means for ever there
}

/** What a verdict comes to. Each cost is reported once. */
function judgement(known: Known | undefined): Judgement {
  if (!known) return { probability: 0, same: false, whole: false, cost: 0 };
  const cost = known.booked ? 0 : known.cost;
  known.booked = true;
  return { probability: PROBABILITY[known.verdict], same: known.verdict === 'same', whole: true, ...(cost !== undefined && { cost }) };
}
