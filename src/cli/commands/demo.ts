import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { FullStats } from '../../cache.ts';
import { type Cache, createCache } from '../../integrations/library.ts';
import { createServer } from '../../server/server.ts';
import { type FakeProvider, fakeProvider } from '../../testing/fake-provider.ts';
import { clip, colours, pairs, printable, say, sayJson, sizeText, spanText } from '../output.ts';

/** How slow the provider is. */
const DELAY = 1_500;
/** Enough for the machine to be warm. */
const LATER_CALLS = 100;
const MODEL = 'gpt-5-mini';
const QUESTION = 'What is Python?';
const TOPIC = 'Explain decorators in one sentence.';
const PYTHON = 'Python is a high-level programming language with a clear syntax and a large standard library.';
const DECORATORS = 'A decorator is a function that takes a function and gives back one that does a little more.';

export function configure(command: Command): void {
  command
    .description('Shows what it does, against a slow provider in this process: no key, no network, nothing left behind. Takes some seconds.')
    .option('--json', 'The measured figures as a JSON object.')
    .action(demo);
}

/** How long each thing took, in milliseconds, and what was counted. */
interface Figures {
  function: Pair & { later: number };
  proxy: Pair & { identical: boolean };
  reopened: { hit: boolean; ms: number; calls: number };
  stats: FullStats;
}

interface Pair {
  first: number;
  second: number;
  speedup: number;
}

async function demo({ json = false }: { json?: boolean }): Promise<void> {
  const tell = json ? () => {} : say;
  const folder = await mkdtemp(join(tmpdir(), 'reprise-demo-'));
  const provider = await fakeProvider();
  provider.reply(({ json: body }) => ({ delayMs: DELAY, text: JSON.stringify(body).includes(QUESTION) ? PYTHON : DECORATORS }), { always: true });
  try {
    const path = join(folder, 'cache.db');
    const cache = createCache({ store: `sqlite:${path}` });
    let first: Omit<Figures, 'reopened'>;
    try {
      tell(colours.bold('=== LLM Response Cache Demo ==='));
      tell(`A provider in this process takes ${spanText(DELAY)} to answer.`);
      const wrapped = await basics(cache, provider, tell);
      const proxy = await throughProxy(cache, provider, tell);
      const stats = await statistics(cache, tell);
      first = { function: wrapped, proxy, stats };
    } finally {
      await cache.close();
    }
    const reopened = await persistence(path, provider, tell);
    if (json) sayJson({ ...first, reopened } satisfies Figures);
  } finally {
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  }
  tell();
  tell(`All examples are done; ${existsSync(folder) ? `${folder} is left` : 'the temporary folder is gone'}.`);
}

type Tell = (line?: string) => void;

/** A function as a program has it: asks the provider and gives back the text. */
function makeAskModel({ openaiUrl }: FakeProvider) {
  return async function askModel(prompt: string): Promise<string> {
    const response = await fetch(`${openaiUrl}/chat/completions`, post(prompt, false));
    const answer = (await response.json()) as { choices: [{ message: { content: string } }] };
    return answer.choices[0].message.content;
  };
}

const post = (prompt: string, stream: boolean): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer sk-demo' },
  body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: prompt }], ...(stream && { stream: true }) }),
});

async function basics(cache: Cache, provider: FakeProvider, tell: Tell): Promise<Figures['function']> {
  tell();
  tell(colours.bold('1. Basic caching: a function, wrapped'));
  tell(colours.dim("   const ask = cache.wrap(askModel, { ttl: '1h' })"));
  const ask = cache.wrap(makeAskModel(provider), { ttl: '1h' });
  const first = await timed(() => ask(QUESTION));
  tell(`   Cache miss: the call took ${spanText(first.ms)}`);
  tell(`   "${clip(first.value, 60)}"`);
  const second = await timed(() => ask(QUESTION));
  if (second.value !== first.value) throw new Error('The second answer is not the first.');
  tell(`   Cache hit: the second call took ${spanText(second.ms)}`);
  const pair = speedUp(first.ms, second.ms, tell);
  const many = await timed(async () => {
    for (let call = 0; call < LATER_CALLS; call++) await ask(QUESTION);
  });
  const later = many.ms / LATER_CALLS;
  tell(`   ${LATER_CALLS} more hits took ${spanText(later)} each.`);
  return { ...pair, later };
}

async function throughProxy(cache: Cache, { url: upstream }: FakeProvider, tell: Tell): Promise<Figures['proxy']> {
  tell();
  tell(colours.bold('2. The proxy: any SDK, here a stream'));
  const proxy = createServer({ cache: cache.core, port: 0, upstreams: { openai: upstream, anthropic: upstream } });
  try {
    const { url } = await proxy.listen();
    tell(colours.dim(`   POST ${url}/v1/chat/completions  { "stream": true, ... }`));
    const ask = async () => {
      const response = await fetch(`${url}/v1/chat/completions`, post(TOPIC, true));
      return { text: await response.text(), status: response.headers.get('cache-status') ?? '' };
    };
    const first = await timed(ask);
    tell(`   First stream: ${spanText(first.ms)}, ${eventsIn(first.value.text)} events; Cache-Status: ${printable(first.value.status)}`);
    const second = await timed(ask);
    tell(`   Replayed stream: ${spanText(second.ms)}, ${eventsIn(second.value.text)} events; Cache-Status: ${printable(second.value.status)}`);
    const identical = first.value.text === second.value.text;
    tell(`   The events are ${identical ? 'the same, byte for byte' : 'not the same'}.`);
    return { ...speedUp(first.ms, second.ms, tell), identical };
  } finally {
    await proxy.close({ graceMs: 0 });
  }
}

const eventsIn = (stream: string): number => stream.split('\n\n').length - 1;

async function statistics(cache: Cache, tell: Tell): Promise<FullStats> {
  const stats = await cache.stats();
  tell();
  tell(colours.bold('3. Statistics: await cache.stats()'));
  const rows = [
    ['Hits', String(stats.hits)],
    ['Misses', String(stats.misses)],
    ['Hit rate', `${(stats.hitRate * 100).toFixed(2)} %`],
    ['Size', sizeText(stats.bytes)],
    ['Entries', String(stats.entries)],
    ['Tokens saved', String(stats.tokens.saved.input + stats.tokens.saved.output)],
    ['Money saved', `$${stats.money.saved.toFixed(6)} (${MODEL}, by its list price)`],
  ] as const;
  for (const line of pairs(rows, '   ')) tell(line);
  return stats;
}

async function persistence(path: string, provider: FakeProvider, tell: Tell): Promise<Figures['reopened']> {
  tell();
  tell(colours.bold('4. Persistence: closed, and opened again'));
  tell(`   Closed: ${path}`);
  const before = provider.calls;
  const cache = createCache({ store: `sqlite:${path}` });
  try {
    const ask = cache.wrap(makeAskModel(provider), { ttl: '1h' });
    const { entries } = await cache.stats();
    tell(`   Opened: ${entries} entries`);
    const again = await timed(() => ask(QUESTION));
    const calls = provider.calls - before;
    const hit = calls === 0;
    tell(`   ${hit ? 'Cache hit from disk' : 'Cache miss'}: ${spanText(again.ms)}, ${calls} calls to the provider`);
    return { hit, ms: again.ms, calls };
  } finally {
    tell();
    tell(colours.bold('5. Disposal'));
    tell(colours.dim('   await using cache = createCache(...)   // or: await cache.close()'));
    await cache[Symbol.asyncDispose]();
    tell(`   Everything is written, the store is closed: ${cache.toString()}`);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, ms: performance.now() - begun };
}

function speedUp(first: number, second: number, tell: Tell): Pair {
  const speedup = first / second;
  tell(`   Speed-up: ${Math.round(speedup).toLocaleString('en')} times`);
  return { first, second, speedup };
}
