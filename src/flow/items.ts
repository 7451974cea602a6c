import { type Json, type JsonObject, parseObject, toBytes } from '../base/json.ts';
import type { Milliseconds, Usd } from '../base/units.ts';
import type { Identify } from '../keys/identify.ts';
import type { Answer, Outcome, OutcomeKind, Settled } from '../model/outcome.ts';
import { addUsage } from '../model/usage.ts';
import type { Batch } from '../providers/format.ts';
import type { Ask, SourceAnswer } from './ask.ts';
import type { LlmCall } from './llm-call.ts';
import type { Parts } from './parts.ts';
import { run } from './run.ts';

/**
 * Takes a request for several things (texts to embed) the whole way, each of them as a request of its own: what is stored is served,
 * what is missing is asked for in one call, and the answer is put together in the order of the request. `undefined` for any other
 * request. Statistics count each thing.
 */
export function runItems(ask: Ask, call: LlmCall, identify: Identify, parts: Parts): Promise<Outcome> | undefined {
  const { batch } = ask.format;
  if (!batch || ask.identity.facts.bypass !== undefined) return undefined;
  const { body } = call.request;
  const asked = body instanceof Uint8Array ? parseObject(body) : body;
  const items = asked && batch.items(asked);
  return items && runEach(asked, items, { ask, call, identify, parts, batch });
}

interface Whole {
  readonly ask: Ask;
  readonly call: LlmCall;
  readonly identify: Identify;
  readonly parts: Parts;
  readonly batch: Batch;
}

async function runEach(body: JsonObject, items: readonly Json[], { ask, call, identify, parts, batch }: Whole): Promise<Outcome> {
  const { format, tenant, namespace } = ask;
  const identities = items.map((item) => identify({ format, tenant, namespace, request: { ...call.request, body: batch.itemBody(body, item) } }));
  const firstOf = new Map<string, number>();
  identities.forEach(({ id }, at) => firstOf.has(id) || firstOf.set(id, at));
  const distinct = [...firstOf.values()];

  const missing = new MissingItems(distinct.length, async (wanted, signal) => {
    const some = wanted.map((at) => items[at]!);
    const batchBody = batch.batchBody(body, some);
    const unchanged = batchBody === body && call.request.body instanceof Uint8Array;
    const answer = await call.send(unchanged ? (call.request.body as Uint8Array) : toBytes(JSON.stringify(batchBody)), signal);
    const bytes = await collect(answer.body);
    const { body: _, ...head } = answer;
    return { head, bytes, answers: head.status === 200 ? batch.takeApart(bytes, some) : undefined };
  });
  const outcomes = await Promise.all(
    distinct.map(async (at) => {
      try {
        return await run({ ...ask, identity: identities[at]!, call: (signal) => missing.ask(at, signal) }, parts);
      } finally {
        missing.accounted();
      }
    }),
  );
  const bodies = await Promise.all(outcomes.map(({ answer }) => (answer.body instanceof Uint8Array ? answer.body : collect(answer.body))));

  const byId = new Map(distinct.map((at, place) => [identities[at]!.id, place]));
  const places = identities.map(({ id }) => byId.get(id)!);
  const answer = missing.unshared ?? failureAmong(outcomes, bodies) ?? together(batch, outcomes, places.map((place) => bodies[place]!), missing);
  return summary(ask, outcomes, answer, items.length);
}

/** What the provider said, with its body in hand. */
interface Collected {
  readonly head: Omit<SourceAnswer, 'body'>;
  readonly bytes: Uint8Array;
  /** One answer an item, or `undefined` when it cannot be taken apart: an error, or a shape that is not known. */
  readonly answers: readonly Uint8Array[] | undefined;
}

/** How long the first missing item waits for others, so that one call asks for all. Only stores that take their time need it. */
const GATHERING: Milliseconds = 5;

/** Gathers the items of one request that are not stored, and asks for them in one call. */
class MissingItems {
  readonly #send: (wanted: readonly number[], signal: AbortSignal) => Promise<Collected>;
  #open: number;
  #waiting: { at: number; signal: AbortSignal; settle: PromiseWithResolvers<SourceAnswer> }[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Headers of the last call. */
  head: Omit<SourceAnswer, 'body'> | undefined;
  /** An answer that could not be taken apart, and so goes to the caller as it is. */
  unshared: Answer | undefined;

  constructor(items: number, send: (wanted: readonly number[], signal: AbortSignal) => Promise<Collected>) {
    this.#open = items;
    this.#send = send;
  }

  ask(at: number, signal: AbortSignal): Promise<SourceAnswer> {
    const settle = Promise.withResolvers<SourceAnswer>();
    this.#waiting.push({ at, signal, settle });
    if (this.#waiting.length >= this.#open) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), GATHERING);
    return settle.promise;
  }

  /** One item has its answer, or never will. */
  accounted(): void {
    this.#open--;
    if (this.#waiting.length > 0 && this.#waiting.length >= this.#open) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = this.#waiting.sort((a, b) => a.at - b.at);
    this.#waiting = [];
    const abort = abortWhenAll(gathered.map(({ signal }) => signal));
    this.#send(gathered.map(({ at }) => at), abort).then(
      ({ head, bytes, answers }) => {
        this.head = head;
        if (!answers && head.status < 400) this.unshared = { ...head, body: bytes };
        gathered.forEach(({ settle }, place) => {
          const answer = answers?.[place];
          settle.resolve({ ...head, form: 'whole', body: once(answer ?? bytes), sharable: answer !== undefined || head.status >= 400 });
        });
      },
      (error: unknown) => gathered.forEach(({ settle }) => settle.reject(error)),
    );
  }
}

/** Aborts when every one of the signals has. */
function abortWhenAll(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  let left = signals.length;
  for (const signal of signals) {
    const leave = () => --left === 0 && controller.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }
  return controller.signal;
}

function failureAmong(outcomes: readonly Outcome[], bodies: readonly Uint8Array[]): Answer | undefined {
  const at = outcomes.findIndex(({ answer }) => answer.status >= 400);
  return at === -1 ? undefined : { ...outcomes[at]!.answer, body: bodies[at]! };
}

function together(batch: Batch, outcomes: readonly Outcome[], bodies: readonly Uint8Array[], { head }: MissingItems): Answer {
  const body = batch.putTogether(bodies);
  if (!body) throw new Error('Answers to single items could not be put together, although each was taken from an answer.');
  const { status, headers } = head ?? outcomes[0]!.answer;
  const { 'content-length': _, ...others } = headers;
  return { status, headers: others, form: 'whole', body };
}

const ORDER: readonly OutcomeKind[] = ['miss', 'joined', 'stale', 'exact'];

/** What became of the request as a whole: a miss if anything was. */
function summary(ask: Ask, outcomes: readonly Outcome[], answer: Answer, items: number): Outcome {
  const kind = ORDER.find((known) => outcomes.some((outcome) => outcome.kind === known)) ?? 'exact';
  const { model } = ask.identity.facts;
  const fresh = outcomes.map(({ freshFor }) => freshFor).filter((left) => left !== undefined);
  return {
    kind,
    answer,
    ...(outcomes.length === 1 ? { id: outcomes[0]!.id } : { id: ask.identity.id, items }),
    ...(model !== undefined && { model }),
    age: Math.max(...outcomes.map(({ age }) => age)),
    ...(fresh.length > 0 && { freshFor: Math.min(...fresh) }),
    steps: outcomes[outcomes.findIndex((outcome) => outcome.kind === kind)]!.steps,
    settled: Promise.all(outcomes.map(({ settled }) => settled)).then(sum),
  };
}

function sum(all: readonly Settled[]): Settled {
  const usages = all.map(({ usage }) => usage).filter((usage) => usage !== undefined);
  const why = all.find((settled) => settled.why !== undefined)?.why;
  const total = (amounts: readonly (Usd | undefined)[]) => {
    const known = amounts.filter((amount) => amount !== undefined);
    return known.length > 0 ? known.reduce((before, amount) => before + amount, 0) : undefined;
  };
  const cost = total(all.map((settled) => settled.cost));
  const saved = total(all.map((settled) => settled.saved));
  return {
    stored: all.some(({ stored }) => stored),
    ...(why !== undefined && { why }),
    ...(usages.length > 0 && { usage: usages.reduce(addUsage) }),
    ...(cost !== undefined && { cost }),
    ...(saved !== undefined && { saved }),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
