import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../src/semantic/guards/guard.ts';
import { BUILT_IN, createGuards } from '../../../src/semantic/guards/guards.ts';
import { readText } from '../../../src/semantic/text/read-text.ts';

const check = createGuards();
const vetoes = (a: string, b: string) => check(readText(a), readText(b));

/** Words that the guards have rules about, put together at random: far likelier than random letters to set a guard off. */
const WORDS = ('how do does I you my his the a to from into before after than not never without don\'t isn\'t safe unsafe open close turn on off 5 6 12 km miles % $20 half two third '
  + '3pm 15:00 2023 May Monday yesterday today Python 3 v1.2 ES6 Java Paris Anna "hi" `x` user_id getName --hard a.txt https://x.org/a a@x.org French JSON table as in for kids '
  + 'bigger smaller more less under over where when why who many long often landlord tenant daughter and or ? , . - first last min max').split(' ');
const question = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 14 }).map((words) => words.join(' '));
const anyText = fc.oneof(question, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));

describe('the guards together', () => {
  it('say who vetoed and why', () => {
    const found = vetoes('Convert 5 km to miles', 'Convert 6 km to miles');

    expect(found).toEqual([{ guard: 'numbers', why: '5 km against 6 km' }]);
  });

  it('say the same from both sides', () => {
    fc.assert(fc.property(question, question, (a, b) => {
      const names = (found: { guard: string }[]) => found.map((veto) => veto.guard);
      expect(names(vetoes(a, b))).toEqual(names(vetoes(b, a)));
    }), { numRuns: 600 });
  });

  it('never throw, whatever the texts are', () => {
    fc.assert(fc.property(anyText, anyText, (a, b) => {
      for (const guard of BUILT_IN) guard.veto(readText(a), readText(b));
    }), { numRuns: 400 });
  });

  it('never veto a text for itself', () => {
    fc.assert(fc.property(anyText, (text) => {
      expect(vetoes(text, text)).toEqual([]);
    }), { numRuns: 400 });
  });

  it('let texts pass that differ in politeness only', () => {
    const polite = fc.constantFrom('Please ', 'Hi, ', 'Hello! ', 'Could you please ', 'Hey there, ');
    const thanks = fc.constantFrom('', ' Thanks!', ' Thank you in advance.', ' please');
    const asked = fc.constantFrom('explain how bees make honey', 'list 5 rivers in Peru', 'translate "good night" into French', 'write a haiku about JSON', 'tell me when the shop opens on Monday');

    fc.assert(fc.property(polite, asked, thanks, (before, text, after) => {
      expect(vetoes(before + text + after, text)).toEqual([]);
    }));
  });

  it('can be switched off by name', () => {
    const without = createGuards({ off: ['numbers'] });

    expect(without(readText('5 rivers'), readText('6 rivers'))).toEqual([]);
  });

  it('refuse a name that no guard has', () => {
    expect(() => createGuards({ off: ['nmubers'] })).toThrow(/nmubers/);
  });

  it('can be joined by a guard of the user, and one of theirs takes the place of ours of that name', () => {
    const mine: Guard = { name: 'emoji', veto: (a, b) => (a.text.includes('🙂') === b.text.includes('🙂') ? undefined : 'a smile in one text only') };
    const never: Guard = { name: 'numbers', veto: () => undefined };
    const joined = createGuards({ add: [mine, never] });

    expect(joined(readText('6 rivers 🙂'), readText('5 rivers'))).toEqual([{ guard: 'emoji', why: 'a smile in one text only' }]);
  });

  it('take a guard that fails for a veto', () => {
    const broken: Guard = { name: 'broken', veto: () => { throw new Error('no table'); } };

    expect(createGuards({ add: [broken] })(readText('a'), readText('a'))).toEqual([{ guard: 'broken', why: 'failed: no table' }]);
  });

  it('veto code that is indented otherwise, and no lines that are only broken otherwise', () => {
    const loop = 'why does this fail:\nfor x in y:\n    print(x)\n';

    expect(vetoes(`${loop}    print(y)`, `${loop}print(y)`)).toEqual([{ guard: 'identifiers', why: 'lines are indented otherwise' }]);
    expect(vetoes('one\ntwo three', 'one two\nthree')).toEqual([]);
  });

  it('read long and hostile texts in bounded time', () => {
    const start = performance.now();

    for (const piece of ['-', '.', 'a.', '$', '_', 'A', "'a", '/', '"', '1,', 'not ', 'a-', '{"a":1},']) {
      const text = piece.repeat(Math.ceil(50_000 / piece.length));
      vetoes(text, `${text} x`);
    }

    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
