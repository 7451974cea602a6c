import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownForms } from '../../src/semantic/known-forms.ts';

describe('known normal forms', () => {
  it('lead to the question that was added last, after its turns and whatever was said before', () => {
    const forms = new KnownForms(10);
    forms.add('a', 's', 't', 'continue');
    forms.add('b', 's', 'u', 'continue');
    forms.add('c', 's', 't', 'continue');

    expect([forms.find('s', 't', 'continue'), forms.find('s', 'u', 'continue'), forms.find('s', undefined, 'continue')]).toEqual(['c', 'b', 'c']);
    expect([forms.find('s', 'v', 'continue'), forms.find('s2', 't', 'continue'), forms.find('s', 't', 'go on')]).toEqual([undefined, undefined, undefined]);
  });

  it('lead to another when the last one goes', () => {
    const forms = new KnownForms(10);
    forms.add('a', 's', 't', 'continue');
    forms.add('b', 's', 'u', 'continue');

    forms.delete('b');

    expect([forms.find('s', undefined, 'continue'), forms.find('s', 't', 'continue'), forms.find('s', 'u', 'continue')]).toEqual(['a', 'a', undefined]);
  });

  it('are forgotten oldest first when there are too many', () => {
    const forms = new KnownForms(3);
    for (const id of ['a', 'b', 'c', 'a', 'd']) forms.add(id, 's', '', `form of ${id}`);

    expect(['a', 'b', 'c', 'd'].map((id) => forms.has(id))).toEqual([true, false, true, true]);
    expect([forms.find('s', '', 'form of b'), forms.find('s', '', 'form of a')]).toEqual([undefined, 'a']);
    expect(forms.size).toBe(3);
  });

  it('take little memory however long they are', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const forms = new KnownForms(2000);
    const long = (of: number) => `${'how do I do all of this '.repeat(400)}${of}`;
    collect();
    const before = process.memoryUsage().heapUsed;

    for (let at = 0; at < 2000; at++) forms.add(`id ${at}`, 's', '', long(at));

    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
    expect([forms.find('s', '', long(7)), forms.find('s', '', long(2000))]).toEqual(['id 7', undefined]);
  });

  it('never lead to a question that is gone, or to one of another scope, form or turns', () => {
    const names = { id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), scope: fc.constantFrom('s', 't'), turns: fc.constantFrom('', 'u', 'v'), normal: fc.constantFrom('one', 'two') };
    const action = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), ...names }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), ...names }) },
    );

    fc.assert(fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const forms = new KnownForms(100);
      const plain = new Map<string, { scope: string; turns: string; normal: string }>();
      for (const { kind, id, scope, turns, normal } of actions) {
        if (kind === 'add') {
          forms.add(id, scope, turns, normal);
          plain.set(id, { scope, turns, normal });
        } else {
          forms.delete(id);
          plain.delete(id);
        }

        for (const { scope: inScope, turns: after, normal: form } of plain.values()) {
          for (const asked of [after, undefined]) {
            const found = forms.find(inScope, asked, form);
            if (found !== undefined) expect(plain.get(found)).toMatchObject({ scope: inScope, normal: form, ...(asked !== undefined && { turns: asked }) });
          }
        }
        if (kind === 'add') expect([forms.find(scope, turns, normal), forms.find(scope, undefined, normal)]).toEqual([id, id]);
        expect(forms.size).toBe(plain.size);
      }
    }), { numRuns: 300 });
  });
});
