import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalForm } from '../../src/semantic/normal-form.ts';
import { createPool, type Pool, type Pooled } from '../../src/semantic/pool.ts';

const vector = (...numbers: number[]) => Float32Array.from(numbers);
const EAST = vector(1, 0.01, 0, 0);
const idsNear = async (pool: Pool, place: { scope: string; turns?: string }, where = EAST, least = -1) => (await pool.near(place, where, 8, least)).map(({ id }) => id);

const full = () => createPool({ maxBytes: 1e8 });

describe('the stored questions of a process', () => {
  it('are found by form and by vector, inside their scope and after their turns', async () => {
    const pool = full();
    pool.add({ id: 'one', scope: 's', turns: 't', normal: normalForm('Explain CSS grid') }, EAST);

    expect([pool.same({ scope: 's', turns: 't' }, 'explain CSS grid'), pool.same({ scope: 's' }, normalForm('explain css grid!'))]).toEqual([undefined, 'one']);
    expect(pool.same({ scope: 's', turns: 't' }, normalForm('Explain CSS grid'))).toBe('one');
    expect([pool.same({ scope: 'other' }, normalForm('Explain CSS grid')), pool.same({ scope: 's', turns: 'u' }, normalForm('Explain CSS grid'))]).toEqual([undefined, undefined]);
    expect(await idsNear(pool, { scope: 's', turns: 't' })).toEqual(['one']);
    expect(await idsNear(pool, { scope: 's' })).toEqual(['one']);
    expect([await idsNear(pool, { scope: 'other' }), await idsNear(pool, { scope: 's', turns: 'u' })]).toEqual([[], []]);
  });

  it('are found nearest first, down to the least similarity', async () => {
    const pool = full();
    for (const [at, id] of ['east', 'north-east', 'north', 'west'].entries()) pool.add({ id, scope: 's', normal: normalForm(id) }, vector(Math.cos(at * 0.7), Math.sin(at * 0.7), 0, 0));

    expect(await idsNear(pool, { scope: 's' }, EAST, 0.5)).toEqual(['east', 'north-east']);
    expect(await idsNear(pool, { scope: 's' })).toEqual(['east', 'north-east', 'north', 'west']);
  });

  it('without a vector are found by form only, and one of the wrong size is none', async () => {
    const pool = full();
    pool.add({ id: 'one', scope: 's', normal: normalForm('One') }, EAST);
    pool.add({ id: 'two', scope: 's', normal: normalForm('Two') }, undefined);
    pool.add({ id: 'three', scope: 's', normal: normalForm('Three') }, vector(1, 0));

    expect(await idsNear(pool, { scope: 's' })).toEqual(['one']);
    expect(['Two', 'Three'].map((text) => pool.same({ scope: 's' }, normalForm(text)))).toEqual(['two', 'three']);
    await expect(pool.near({ scope: 's' }, vector(1, 0), 8, -1)).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', reason: 'changed' });
  });

  it('beyond the memory they may take are found by form only', async () => {
    const pool = createPool({ maxBytes: 1 });
    pool.add({ id: 'one', scope: 's', normal: normalForm('One') }, EAST);

    expect(await idsNear(pool, { scope: 's' })).toEqual([]);
    expect(pool.same({ scope: 's' }, normalForm('one'))).toBe('one');
  });

  it('may be cleared, and filled anew with vectors of another size', async () => {
    const pool = full();
    pool.add({ id: 'one', scope: 's', normal: normalForm('One') }, EAST);
    pool.clear();
    pool.add({ id: 'two', scope: 's', normal: normalForm('Two') }, vector(1, 0));

    expect([pool.same({ scope: 's' }, normalForm('One')), pool.has('one'), pool.size]).toEqual([undefined, false, 1]);
    expect(await idsNear(pool, { scope: 's' }, vector(1, 0))).toEqual(['two']);
  });

  it('are the same as a plain list would have, whatever comes and goes', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), id, scope: fc.constantFrom('s', 't'), turns: fc.constantFrom('', 'u'), normal: fc.constantFrom('one', 'two') }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
    );

    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const pool = full();
      const plain = new Map<string, Pooled>();
      for (const one of actions) {
        if (one.kind === 'clear') {
          pool.clear();
          plain.clear();
        } else if (one.kind === 'delete') {
          pool.delete(one.id);
          plain.delete(one.id);
        } else {
          pool.add(one, EAST);
          plain.set(one.id, one);
        }
      }

      for (const scope of ['s', 't']) {
        for (const turns of ['', 'u']) {
          const there = [...plain.values()].filter((each) => each.scope === scope && each.turns === turns).map((each) => each.id);
          expect((await idsNear(pool, { scope, turns })).toSorted()).toEqual(there.toSorted());
          for (const normal of ['one', 'two']) {
            // It may forget one of several with the same form, and never names one of another scope or form.
            const same = pool.same({ scope, turns }, normal);
            if (same !== undefined) expect(plain.get(same)).toMatchObject({ scope, turns });
            if (same !== undefined) expect(plain.get(same)!.normal).toBe(normal);
          }
        }
      }
    }), { numRuns: 15 });
  });
});
