import { fill, ours, textOfAnswer, textOfOutcome } from '../ours.ts';
import { langChain, llmCacher, promptCache } from '../peers.ts';
import { type Contestant, inRounds, type Rounds, type Timing } from '../rounds.ts';
import { answerOf, answerText, type ChatRequest, indexOf, requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import { atLeast, micros, type Table, times } from '../table.ts';

/** Different requests; all have room in every contestant. */
const REQUESTS = 200;
const LAST_MESSAGE = 'prompt-cache, last message';

/** An exact hit in the process, from memory: Reprise and the peers, from a request as an object and from a raw body. */
export async function run({ quick, note }: SuiteContext): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const kilobytes of [1, 20]) {
    note(`exact hits from memory, requests of ${kilobytes} KB`);
    const plan: Rounds = { rounds: quick ? 25 : 100, calls: kilobytes > 4 ? 200 : 400, requests: REQUESTS, warmUp: quick ? 2_000 : 6_000 };
    tables.push(await hits(kilobytes, plan));
  }
  return tables;
}

async function hits(kilobytes: number, plan: Rounds): Promise<Table> {
  const requests = Array.from({ length: REQUESTS }, (_, index) => requestOf(index, kilobytes * 1024));
  const texts = requests.map((request) => JSON.stringify(request));
  const bodies = texts.map((text) => Buffer.from(text));
  const reprise = await repriseFrom(requests, texts, bodies);
  const objects = await peersFromObjects(requests);
  const raw = await peersFromBodies(bodies);

  const all = [...reprise.contestants, ...objects, ...raw];
  const timings = await inRounds(all, plan, answerText);
  await reprise.close();

  const of = (contestant: Contestant) => timings[all.indexOf(contestant)]!;
  const [fromObject, , fromBody] = reprise.contestants.map(of) as [Timing, Timing, Timing, Timing];
  // What keys by the last message alone answers another question: earlier turns and parameters do not count.
  const best = fastest(objects.filter(({ name }) => name !== LAST_MESSAGE).map(of));
  const bestRaw = fastest(raw.map(of));
  return {
    title: `Exact hit in the process, from memory: request of ${kilobytes} KB, answer of 2 KB`,
    columns: ['', 'a call', 'fastest round', `against ${best.name}`, 'what it includes'],
    rows: timings.map(({ name, includes, median, spread }) => [name, micros(median), micros(spread[0]), times(best.median / median), includes]),
    checks: [
      atLeast(`from an object of ${kilobytes} KB, against the best peer (${best.name})`, 1.3, best.median / fromObject.median),
      atLeast(`from a raw body of ${kilobytes} KB, against the best peer from an object (${best.name})`, 3, best.median / fromBody.median),
      atLeast(`from a raw body of ${kilobytes} KB, against the best peer from a raw body (${bestRaw.name})`, 1.3, bestRaw.median / fromBody.median),
    ],
    about: [
      `${REQUESTS} different requests asked in turn, one after the other; median of ${plan.rounds} rounds of ${plan.calls} calls each, contestants in turn.`,
      'Every answer is compared with the one expected before and after. Nobody parses or builds more than is said.',
    ],
  };
}

const fastest = (timings: readonly Timing[]): Timing => timings.reduce((a, b) => (a.median < b.median ? a : b));

async function repriseFrom(requests: readonly ChatRequest[], texts: readonly string[], bodies: readonly Buffer[]) {
  const { cache, ask, fetch } = ours({ store: 'memory:' });
  await fill({ cache, ask, fetch, calls: () => 0 }, requests);
  const contestants: Contestant[] = [
    { name: 'reprise, object', includes: 'object to key (all of it, and who asks), lookup, statistics; the answer as bytes', ask: (at) => ask(requests[at]!), textOf: textOfOutcome },
    {
      name: 'reprise, object, parsed',
      includes: 'the same, and the answer parsed from its bytes into a new object',
      async ask(at) {
        const { answer } = await ask(requests[at]!);
        return JSON.parse((answer.body as Buffer).toString());
      },
      textOf: textOfAnswer,
    },
    { name: 'reprise, raw body', includes: 'bytes to key, lookup, statistics; the answer as bytes', ask: (at) => ask(bodies[at]!), textOf: textOfOutcome },
    {
      name: 'reprise, cache.fetch',
      includes: 'text through the whole `fetch` to a `Response` with its headers, not read',
      ask: (at) => fetch(texts[at]!),
      textOf: async (response) => textOfAnswer(await (response as Response).json()),
    },
  ];
  return { contestants, close: () => cache.close() };
}

/** Peers that are given the request as an object. */
async function peersFromObjects(requests: readonly ChatRequest[]): Promise<Contestant[]> {
  const prompts = await promptCache();
  const promptsAlone = await promptCache();
  const wrapped = await wrappedClient();
  const chain = await langChain();
  const model = chain.model(async (prompt) => answerText(indexOf(prompt)));
  const settings = JSON.stringify({ model: 'gpt-4o-mini', temperature: 0.2, max_tokens: 512 });
  for (const [index, { messages }] of requests.entries()) await chain.cache.update(JSON.stringify(messages), settings, [{ text: answerText(index) }]);
  const options = { provider: 'openai', model: 'gpt-4o-mini' };
  return [
    {
      name: 'prompt-cache',
      includes: 'the request as JSON text to key (case and white space are lost), lookup; the stored object itself',
      ask: (at) => prompts.getOrGenerate(JSON.stringify(requests[at]!), async () => answerOf(at), options),
      textOf: textOfAnswer,
    },
    {
      name: LAST_MESSAGE,
      includes: 'as its README shows it: the text of the last message alone is the key, so it is not compared; the stored object itself',
      ask: (at) => promptsAlone.getOrGenerate(requests[at]!.messages.at(-1)!.content, async () => answerOf(at), options),
      textOf: textOfAnswer,
    },
    { name: 'llm-cacher', includes: 'object to key, lookup; the stored object itself', ask: (at) => wrapped.chat.completions.create(requests[at]!), textOf: textOfAnswer },
    {
      name: 'langchain InMemoryCache',
      includes: 'messages as JSON text to key, lookup; the stored object itself',
      ask: async (at) => (await chain.cache.lookup(JSON.stringify(requests[at]!.messages), settings))![0]!.text,
      textOf: String,
    },
    {
      name: 'langchain model.invoke',
      includes: 'the whole call of a chat model with that cache',
      ask: (at) => model.invoke(requests[at]!.messages.map(({ role, content }) => [role, content] as const)),
      textOf: (message) => String((message as { content: unknown }).content),
    },
  ];
}

/** Peers that are given the request as a server receives it: as bytes. */
async function peersFromBodies(bodies: readonly Buffer[]): Promise<Contestant[]> {
  const prompts = await promptCache();
  const wrapped = await wrappedClient();
  return [
    {
      name: 'prompt-cache, raw body',
      includes: 'the body as text to key, lookup; the stored object itself',
      ask: (at) => prompts.getOrGenerate(bodies[at]!.toString(), async () => answerOf(at), { provider: 'openai', model: 'gpt-4o-mini' }),
      textOf: textOfAnswer,
    },
    {
      name: 'llm-cacher, raw body',
      includes: 'the body parsed, object to key, lookup; the stored object itself',
      ask: (at) => wrapped.chat.completions.create(JSON.parse(bodies[at]!.toString()) as ChatRequest),
      textOf: textOfAnswer,
    },
  ];
}

const wrappedClient = () => llmCacher({ chat: { completions: { create: async (request) => answerOf(indexOf((request as ChatRequest).messages.at(-1)!.content)) } } });
