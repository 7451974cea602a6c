import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../src/integrations/library.ts';
import { faultyStore } from '../../src/testing/faulty-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { outcomeOf } from '../../src/integrations/outcome-of.ts';

const url = 'http://provider.test/v1/chat/completions';

/** A provider whose streams come in four pieces, a few turns of the event loop apart, and break off when told to. */
function provider(breaksAt: number | undefined, turns: number) {
  let open = 0;
  const fetch = async (_url: unknown, init?: RequestInit) => {
    const { signal } = init!;
    for (let i = 0; i < turns; i++) await turn();
    signal?.throwIfAborted();
    open++;
    const pieces = async function* () {
      try {
        for (const [at, word] of ['one ', 'two ', 'three'].entries()) {
          for (let i = 0; i < turns; i++) await turn();
          signal?.throwIfAborted();
          if (at === breaksAt) throw new TypeError('terminated');
          yield line({ index: 0, delta: { content: word }, finish_reason: null });
        }
        yield Buffer.concat([line({ index: 0, delta: {}, finish_reason: 'stop' }), Buffer.from('data: [DONE]\n\n')]);
      } finally {
        open--;
      }
    };
    return new Response(ReadableStream.from(pieces()), { headers: { 'content-type': 'text/event-stream' } });
  };
  return { fetch: fetch as typeof globalThis.fetch, open: () => open };
}

const line = (choice: object) =>
  Buffer.from(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`);

/** One caller: after how many turns it asks, hangs up, or stops reading. */
const caller = fc.record({
  asks: fc.nat(12),
  leaves: fc.option(fc.nat(20), { nil: undefined }),
  reads: fc.constantFrom('all', 'some', 'nothing', 'cancels'),
  stream: fc.boolean(),
  control: fc.constantFrom('', '', '', 'no-cache', 'no-store'),
});

describe('callers that come, read, stop and hang up at any moment', () => {
  it('get all of the answer or an error of their own, and leave nothing behind', async () => {
    const living = new AbortController();
    await fc.assert(
      fc.asyncProperty(
        fc.array(caller, { minLength: 1, maxLength: 12 }),
        fc.option(fc.nat(3), { nil: undefined, freq: 4 }),
        fc.nat(2),
        fc.boolean(),
        async (callers, breaksAt, turns, storeFails) => {
          const { fetch, open } = provider(breaksAt, turns);
          const store = faultyStore(memoryStore(), { throws: turns === 1 });
          const cache = createCache({ store, memory: false, fetch });
          cache.on('error', () => {});
          await cache.open();
          if (storeFails) for (const operation of ['get', 'set'] as const) store.fail(operation);

          const unread: Response[] = [];
          const one = async ({ asks, leaves, reads, stream, control }: (typeof callers)[number]) => {
            for (let i = 0; i < asks; i++) await turn();
            const leaving = new AbortController();
            if (leaves !== undefined) void wait(leaves).then(() => leaving.abort());
            const signal = leaves === undefined ? living.signal : leaving.signal;
            const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...(stream && { stream }) });
            const response = await cache.fetch(url, { method: 'POST', headers: control === '' ? {} : { 'cache-control': control }, body, signal });
            if (reads === 'nothing') return void unread.push(response);
            if (reads === 'cancels') return void (await response.body!.cancel());
            if (reads === 'some') {
              const reader = response.body!.getReader();
              await reader.read();
              return void (await reader.cancel());
            }
            const text = await response.text();
            await outcomeOf(response)!.settled;
            return text;
          };
          const results = await Promise.allSettled(callers.map(one));

          for (const [at, result] of results.entries()) {
            if (result.status === 'rejected') {
              const mayFail = callers[at]!.leaves !== undefined || breaksAt !== undefined;
              expect(mayFail, String((result.reason as Error).stack)).toBe(true);
            } else if (result.value !== undefined) {
              expect(result.value).toContain('three');
            }
          }
          const began = performance.now();
          await cache.close();
          expect(performance.now() - began).toBeLessThan(2000);
          for (let i = 0; i < 10; i++) await turn();
          expect(open()).toBe(0);
          expect(getEventListeners(living.signal, 'abort')).toHaveLength(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

async function wait(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await turn();
}
