import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalForm, normalFormOf } from '../../src/semantic/normal-form.ts';
import { readText } from '../../src/semantic/text/read-text.ts';

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
  ['Build A House', 'build a house'],
  ['Can you recommend a book?', 'recommend a book'],
  ['could you please compare the two', 'compare the two'],
  ['What is JSON?', 'what is json'],
  ['How do I boil an egg?!', 'how do I boil an egg'],
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
  // Closing marks that mean something.
  ['What is 5!', 'What is 5?'],
  ['What is 5!?', 'What is 5?'],
  ['the derivative of n!', 'the derivative of n'],
  ['Simplify (n-1)!', 'Simplify (n-1)'],
  ['How do I type ;', 'How do I type :'],
  ['How do I type !', 'How do I type ?'],
  ['How do I type ?', 'How do I type'],
  ['What is the operator ??', 'What is the operator ?'],
  ['Format C:', 'Format C'],
  ['what does cd .. do', 'what does cd . do'],
  ['How do I use cd ..', 'How do I use cd .'],
  ['what is foo :bar', 'what is foo:bar'],
  ['Could you explain this. He left?', 'Could you explain this. He left.'],
  // Politeness that is what the text is about.
  ['Translate to Spanish: please', 'Translate to Spanish: thanks'],
  ['Translate to Spanish: thank you', 'Translate to Spanish: thanks a lot'],
  ['Translate to German: please wait', 'Translate to German: wait'],
  ['Translate: please close the door', 'Translate: close the door'],
  ['Translate this to French. Thank you.', 'Translate this to French. Thanks a lot.'],
  ['How do I say thank you very much', 'How do I say thanks so much'],
  ['the Japanese for thank you very much', 'the Japanese for thank you so much'],
  ['Is it rude to write thanks in advance', 'Is it rude to write thank you very much'],
  ['How do I reply to thanks a lot', 'How do I reply to thank you so much'],
  ['Hello, what is your name in Korean', 'What is your name in Korean'],
  ['Hi! Translate to French', 'Good evening! Translate to French'],
  ['Please wait in Spanish', 'Wait in Spanish'],
  ['Could you help me in Italian', 'Help me in Italian'],
  ['Hello, I love you lyrics', 'I love you lyrics'],
  ['What does can you please mean', 'What does can you mean'],
  ['Make a sign: please knock', 'Make a sign: knock'],
  ['Make a sign:\nPlease knock', 'Make a sign:\nKnock'],
  ['the French for please', 'the French for'],
  ['Write a card. Thank you.', 'Write a card. Thanks.'],
  ['what is ΔT', 'what is δt'],
  ['Why do as you please', 'Why do as you'],
  // Questions that look like requests.
  ['Can you give a dog chocolate?', 'Give a dog chocolate'],
  ['Would you recommend the iPhone 15?', 'Recommend the iPhone 15'],
  ['Can you check a guitar on a plane?', 'Check a guitar on a plane'],
  ['Can you find gold in California?', 'Find gold in California.'],
  ['Can you write off a car?', 'Write off a car'],
  // Case that tells.
  ['How fast is a Jaguar', 'How fast is a jaguar'],
  ['Who founded The Police', 'Who founded the police'],
  ['let x = A', 'let x = a'],
  ['Solve for: X', 'Solve for: x'],
  ['What is a PIN', 'What is a pin'],
  ['What does SWAT do', 'What does swat do'],
  ['How much is 10 Mb', 'How much is 10 MB'],
  ['Is 100 Mbps fast', 'Is 100 MBps fast'],
  ['a battery of 5 MW', 'a battery of 5 mW'],
  // White space that means something.
  ['for x in y:\n    print(x)\nprint(y)', 'for x in y:\n    print(x)\n    print(y)'],
  ['Sort these:\nred apple\ngreen', 'Sort these:\nred\napple green'],
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

  it.each([',', '!', '?!', ' ;', 'please, ', "'a ", '. '])('reads 50,000 characters of %j', (piece) => {
    expect(typeof normalForm(piece.repeat(50_000 / piece.length))).toBe('string');
  });

  it('does not see white space around a text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      expect(normalForm(`  ${text}\n`)).toBe(normalForm(text));
    }));
  });
});

describe('a long text', () => {
  const long = (length: number) => Array.from({ length }, (_, i) => `Could you tell me "what ${i}" is, in C_${i}() or (v1.${i}.2)?`).join(' ').slice(0, length);

  it('gets its normal form, and is read, in turns with others', async () => {
    let turns = 0;
    let isDone = false;
    const others = (): void => {
      turns++;
      if (!isDone) setImmediate(others);
    };
    setImmediate(others);

    const form = await normalFormOf(long(40_000));
    const whileForming = turns;
    const read = readText(long(40_001));
    await read.cut();
    isDone = true;

    expect(whileForming).toBeGreaterThan(3);
    expect(turns).toBeGreaterThan(whileForming + 3);
    expect(form).toBe(normalForm(long(40_000)));
    expect(read.tokens).toEqual(readText(long(40_001)).tokens);
  });
});
