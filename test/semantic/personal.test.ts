import { describe, expect, it } from 'vitest';
import { isPersonal } from '../../src/semantic/personal.ts';
import { GENERAL, PERSONAL } from './personal-questions.ts';

describe('a question about the one who asks', () => {
  it.each(PERSONAL)('%s', (text) => {
    expect(isPersonal(text)).toBe(true);
  });
});

describe('a question that anybody may ask', () => {
  it.each(GENERAL)('%s', (text) => {
    expect(isPersonal(text)).toBe(false);
  });
});

describe('the look at a text', () => {
  it('is the same whatever its case, and whichever apostrophe it has', () => {
    for (const text of [...PERSONAL, ...GENERAL]) {
      expect([text, isPersonal(text.toUpperCase()), isPersonal(text.replaceAll("'", '’'))]).toEqual([text, isPersonal(text), isPersonal(text)]);
    }
  });

  it('takes a text that is quoted as a whole as it is', () => {
    expect([isPersonal('"Where is my order?"'), isPersonal('What is "Where is my order?" in French?')]).toEqual([true, false]);
  });

  it('reads each sentence by itself', () => {
    expect(isPersonal('How do returns work? And where is my order?')).toBe(true);
    expect(isPersonal('My card was declined. How do I pay in another way?')).toBe(false);
  });

  it('takes no longer for texts made to take long', () => {
    const began = process.cpuUsage();
    const parts = ['my ', 'is my ', 'what is my a ', 'show ', 'what my say ', 'do i have ', 'my order ', 'if my order ', 'show my a b order ', "i've been ", '"', "'a ", 'order 1'];
    for (const part of parts) isPersonal(part.repeat(100_000));

    expect(process.cpuUsage(began).user / 1000).toBeLessThan(500);
  });
});
