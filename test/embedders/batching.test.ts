import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EmbedderError } from '../../src/base/errors.ts';
import { functionEmbedder } from '../../src/embedders/function.ts';
import { steadyEmbedder } from '../../src/embedders/steady.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { outcomeOf, settle } from './controlled.ts';
import { unit, vectorOf } from './server.ts';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), text: fc.integer({ min: 0, max: 12 }), patience: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), span: fc.integer({ min: 0, max: 8 }) }) },
);

/** What the service does with a call, in turn. */
const fate = fc.record({ takes: fc.integer({ min: 0, max: 40 }), how: fc.constantFrom('answers', 'answers', 'answers', 'breaks off', 'refuses', 'hangs') });

it('every caller gets the vector of its own text or an error, whatever the order of things', async () => {
  let served = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.array(fate, { minLength: 1, maxLength: 12 }),
      fc.record({ batchSize: fc.integer({ min: 1, max: 5 }), batchLength: fc.integer({ min: 5, max: 40 }), concurrency: fc.integer({ min: 1, max: 3 }), maxWaiting: fc.integer({ min: 3, max: 12 }) }),
      fc.boolean(),
      async (steps, fates, bounds, remembers) => {
        const clock = fakeClock();
        let calls = 0;
        let running = 0;
        const most = { texts: 0, length: 0, calls: 0, equal: 0 };
        const embedder = functionEmbedder({
          fingerprint: 'f',
          batchSize: bounds.batchSize,
          async embed(texts, signal) {
            const { takes, how } = fates[calls++ % fates.length]!;
            most.texts = Math.max(most.texts, texts.length);
            most.length = Math.max(most.length, texts.length === 1 ? 0 : texts.join('').length);
            most.calls = Math.max(most.calls, ++running);
            most.equal = Math.max(most.equal, texts.length - new Set(texts).size);
            // It does not listen to the signal, but is not counted any more when it was given up.
            signal.addEventListener('abort', () => running--, { once: true });
            await clock.sleep(how === 'hangs' ? 1e9 : takes);
            if (how === 'breaks off') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
            if (how === 'refuses' || texts.includes('text 0')) throw new EmbedderError('refused', 'status 422', { status: 422 });
            return texts.map(vectorOf);
          },
        });
        const steady = steadyEmbedder(
          { ...embedder, batchLength: bounds.batchLength },
          { clock, timeout: 200, concurrency: bounds.concurrency, maxWaiting: bounds.maxWaiting, restAfter: 1000, cacheBytes: remembers ? '1MiB' : 0 },
        );
        const asked: { text: string; impatient: boolean; outcome: Promise<unknown> }[] = [];

        for (const each of steps) {
          if (each.kind === 'wait') await clock.advance(each.span);
          else {
            const text = `text ${each.text}`;
            const over = new AbortController();
            if (each.patience !== undefined) void clock.sleep(each.patience).then(() => over.abort('impatient'));
            asked.push({ text, impatient: each.patience !== undefined, outcome: steady.embed(text, over.signal).catch((error: unknown) => error) });
          }
        }
        await settle();
        await clock.advance(500);
        await settle();
        const unanswered = Symbol('unanswered');
        const outcomes = await Promise.all(asked.map(({ outcome }) => Promise.race([outcome, settle().then(() => unanswered)])));

        for (const [at, { text, impatient }] of asked.entries()) {
          const outcome = outcomes[at];
          if (outcome instanceof Float32Array) {
            expect(outcome).toEqual(unit(vectorOf(text)));
            served++;
          }
          else if (outcome === 'impatient') expect(impatient).toBe(true);
          else expect(outcome).toBeInstanceOf(EmbedderError);
        }
        expect(most.texts).toBeLessThanOrEqual(bounds.batchSize);
        expect(most.calls).toBeLessThanOrEqual(bounds.concurrency);
        expect(most.equal).toBe(0);
        expect(most.length).toBeLessThanOrEqual(bounds.batchLength);

        // What was asked has left nothing behind that would keep others from their place.
        const later = Array.from({ length: bounds.maxWaiting }, (_, at) => outcomeOf(steady.embed(`later ${at}`)));
        await clock.advance(500);
        expect((await Promise.all(later)).filter((outcome) => outcome instanceof EmbedderError && outcome.reason === 'busy')).toEqual([]);
        await steady.close();
      },
    ),
    { numRuns: 150 },
  );
  expect(served).toBeGreaterThan(50);
});
