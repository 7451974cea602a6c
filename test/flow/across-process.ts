import { createCache } from '../../src/integrations/library.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';

/**
 * A process with caches of its own, told by messages what to ask. It says when it is ready, when the first bytes of each round of answers
 * are there, and what came of them.
 */

/** What a process is told to ask: the same question so many times at once. */
export interface Round {
  readonly prompt: string;
  readonly count: number;
  readonly stream?: boolean;
  /** By the cache whose leases run out soon. */
  readonly brief?: boolean;
}

export type Said =
  | { readonly at: 'ready' }
  /** One of the answers has begun. */
  | { readonly at: 'begun' }
  | { readonly at: 'done'; readonly kinds: readonly string[]; readonly bodies: readonly string[]; readonly errors: readonly string[]; readonly troubles: readonly string[] };

const [store, openaiUrl, leaseTime] = process.argv.slice(2) as [string, string, string];
// On a busy machine a lease may take its time, and here it is not the time that is tried.
const storeTimeout = 5000;
const caches = { patient: createCache({ store, storeTimeout }), brief: createCache({ store, storeTimeout, leaseTime: Number(leaseTime) }) };
/** What went wrong inside the caches. */
const troubles: string[] = [];
for (const cache of Object.values(caches)) cache.on('error', ({ error }) => troubles.push(error.message));
const say = (said: Said) => process.send!(said);

process.on('message', async ({ prompt, count, stream = false, brief = false }: Round) => {
  const cache = brief ? caches.brief : caches.patient;
  const kinds: string[] = [];
  const bodies = new Set<string>();
  const errors: string[] = [];
  let begun = false;
  await Promise.all(
    Array.from({ length: count }, async () => {
      try {
        const response = await cache.fetch(`${openaiUrl}/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }], ...(stream && { stream }) }),
        });
        let body = '';
        for await (const chunk of response.body!) {
          body += Buffer.from(chunk as Uint8Array).toString();
          if (!begun) say({ at: 'begun' });
          begun = true;
        }
        bodies.add(body);
        kinds.push(outcomeOf(response)!.kind);
        await outcomeOf(response)!.settled;
      } catch (error) {
        errors.push(String(error));
      }
    }),
  );
  say({ at: 'done', kinds, bodies: [...bodies], errors, troubles });
});
process.on('disconnect', () => process.exit(0));

await Promise.all([caches.patient.open(), caches.brief.open()]);
say({ at: 'ready' });
