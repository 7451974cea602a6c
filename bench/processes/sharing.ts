/** A process with a cache of its own upon a store that others share. Told by messages what to ask; says when it is ready and what came of it. */
import { createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';
import { bytesOf, ours } from '../ours.ts';
import { type ChatRequest, requestOf } from '../sample.ts';

export type SharingOrder =
  /** So many equal requests at once, streamed. */
  | { readonly ask: 'stream'; readonly prompt: string; readonly count: number }
  /** Requests one after the other for so long, of which one in `fresh` was never asked before (0 for none). */
  | { readonly ask: 'hits'; readonly requests: number; readonly milliseconds: number; readonly fresh: number };

export type SharingReport =
  | { readonly is: 'ready' }
  /** All requests are under way. */
  | { readonly is: 'asked' }
  | { readonly is: 'streamed'; readonly callers: readonly { readonly kind: string; /** When its first bytes came, in milliseconds since 1970. */ readonly first: number }[]; readonly bodies: readonly string[] }
  | { readonly is: 'hits'; readonly done: number; readonly errors: readonly string[] };

const [store, openaiUrl, memory] = process.argv.slice(2) as [string, string, string];
const options = { store, storeTimeout: '10s', ...(memory === 'no' && { memory: false as const }) };
const errors: string[] = [];
const say = (report: SharingReport) => process.send!(report);
const now = (): number => performance.timeOrigin + performance.now();

if (openaiUrl === '') {
  const { cache, ask } = ours(options);
  cache.on('error', ({ error }) => errors.push(error.message));
  await cache.open();
  process.on('message', async (order: SharingOrder) => {
    if (order.ask !== 'hits') return;
    const requests: ChatRequest[] = Array.from({ length: order.requests }, (_, at) => requestOf(at, 1024));
    const begins = requests.map((_, at) => Buffer.from(`Answer ${at}. `));
    const deadline = performance.now() + order.milliseconds;
    let done = 0;
    for (let at = process.pid; performance.now() < deadline; at++) {
      const fresh = order.fresh > 0 && at % order.fresh === 0;
      const number = at % order.requests;
      const outcome = await ask(fresh ? { ...requests[number]!, max_tokens: at + process.pid * 1e6 } : requests[number]!);
      const bytes = Buffer.from(await bytesOf(outcome));
      if (fresh) await outcome.settled;
      else if (outcome.kind !== 'exact') errors.push(`not a hit, but ${outcome.kind}`);
      if (!bytes.includes(begins[number]!)) errors.push(`another answer to request ${number}`);
      if (!fresh) done++;
    }
    say({ is: 'hits', done, errors });
  });
} else {
  const cache = createCache(options);
  await cache.open();
  process.on('message', async (order: SharingOrder) => {
    if (order.ask !== 'stream') return;
    const bodies = new Set<string>();
    const asking = Array.from({ length: order.count }, async () => {
      const response = await cache.fetch(`${openaiUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: order.prompt }] }),
      });
      let first = 0;
      let body = '';
      for await (const chunk of response.body!) {
        first ||= now();
        body += Buffer.from(chunk as Uint8Array).toString();
      }
      bodies.add(body);
      return { kind: outcomeOf(response)!.kind, first };
    });
    say({ is: 'asked' });
    say({ is: 'streamed', callers: await Promise.all(asking), bodies: [...bodies] });
  });
}
process.on('disconnect', () => process.exit(0));
say({ is: 'ready' });
