import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalForm } from '../../src/semantic/normal-form.ts';

const SAME: [string, string][] = [
  ['How do I boil an egg?', 'how do i boil an egg'],
  ['How do I  boil\n an egg', 'how do I boil an egg?!'],
  ['Please explain CSS grid.', 'explain css grid'],
  ['Could you explain CSS grid?', 'Explain CSS grid'],
  ['can you please list the planets', 'List the planets.'],
  ['Hi, how do I reset my router? Thanks!', 'how do i reset my router'],
  ['hello there! What is SQL?', 'What is SQL'],
  ['Good morning, could you tell me how to cook rice?', 'tell me how to cook rice'],
  ['Explain recursion, please.', 'explain recursion'],
  ['Explain recursion please', 'Explain recursion'],
  ['Summarise this text. Thank you in advance.', 'summarise this text'],
  ['What’s an API?', "what's an api"],
  ['WHAT IS A MUTEX', 'what is a mutex?'],
  ['Pls translate "Good Morning." to French', 'translate "Good Morning." to french'],
  ['How do I call getUserId()?', 'how do i call getUserId()'],
  ['你好吗？', '你好吗?'],
  ['今日は暑い。', '今日は暑い'],
  ['Как дела ?', 'Как дела?'],
  ['Write a haiku about rain?', 'Could you write a haiku about rain?'],
  ['Is it 5.5 ?', 'is it 5.5'],
];

const DIFFERENT: [string, string][] = [
  ['What did the US decide?', 'What did the us decide?'],
  ['How do I get into IT?', 'How do I get into it?'],
  ['You are open.', 'You are open?'],
  ['translate "Hello"', 'translate "hello"'],
  ['what does `Foo` mean', 'what does `foo` mean'],
  ['rename userName', 'rename username'],
  ['git branch -d main', 'git branch -D main'],
  ['Convert 5 m to ft', 'Convert 6 m to ft'],
  ['man bites dog', 'dog bites man'],
  ['How do I say please in French?', 'How do I say in French?'],
  ['hello world in C', 'world in C'],
  ['Can you swim?', 'Swim'],
  ['How do I say thanks?', 'How do I say?'],
  ['best food in Turkey', 'best food in turkey'],
  ['a recipe for Polish shoes', 'a recipe for polish shoes'],
  ['open https://example.org/A', 'open https://example.org/a'],
  ['Haben Sie gegessen?', 'haben sie gegessen?'],
  ['ОНИ', 'они'],
  ['a, b and c', 'a b and c'],
  ['open Report.pdf', 'open report.pdf'],
];

describe('the normal form of a question', () => {
  it.each(SAME)('is the same for %j and %j', (a, b) => {
    expect(normalForm(a)).toBe(normalForm(b));
  });

  it.each(DIFFERENT)('tells %j from %j', (a, b) => {
    expect(normalForm(a)).not.toBe(normalForm(b));
  });

  it('leaves a text that is nothing but politeness or marks something to compare', () => {
    expect(normalForm('Please!')).not.toBe('');
    expect(normalForm('???')).toBe('???');
    expect(normalForm('')).toBe('');
  });

  it('never throws, and a normal form is a text that can be read again', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      expect(typeof normalForm(normalForm(text))).toBe('string');
    }));
  });

  it('does not see white space around a text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      expect(normalForm(`  ${text}\n`)).toBe(normalForm(text));
    }));
  });
});
