import { describe, expect, it } from 'vitest';
import { isPersonal } from '../../src/semantic/personal.ts';

const PERSONAL = [
  'Where is my order?',
  'what is the status of my order',
  'When will my package arrive?',
  'Has my refund been processed?',
  'Did my payment go through?',
  'How much is my bill this month?',
  'What is my account balance?',
  'Show my invoices',
  'Show me my last three orders',
  'Cancel my subscription',
  'Please cancel my appointment on Friday',
  'Book my flight to Rome',
  'Track my parcel',
  'Read my messages',
  'List my tasks',
  'What is on my calendar?',
  'What are my meetings tomorrow?',
  'Remind me to call mum',
  'Wake me at seven',
  'Send me an email when it is done',
  'Notify me if the price drops',
  'Remember that I like tea',
  'What did I tell you about my sister?',
  'What is my name?',
  'Do you know what my birthday is?',
  'How many vacation days do I have left?',
  'Do I have any unread emails?',
  'Am I scheduled to work on Sunday?',
  'Who am I?',
  'Where am I?',
  'Find restaurants near me',
  'As I said before, use the second one',
  'What were we discussing? As we discussed, continue',
  'Which tickets are assigned to me?',
  'Translate what I said into German',
];

const GENERAL = [
  'How do I turn on dark mode?',
  'How do I reset my password?',
  'How can I cancel my subscription?',
  'How do I change my email address?',
  'How to track my order in the app',
  'Steps to close my account',
  'What should I do if my card is stolen?',
  'Why is my payment declined?',
  'Can I move my booking to another date?',
  'Is it possible to export my invoices?',
  'What is the best way to organise my calendar?',
  'My dog barks at night, what helps?',
  'Why does my code not compile?',
  'My sourdough does not rise',
  'What is the capital of France?',
  'Write a poem about my favourite colour blue',
  'Explain CSS grid',
  'Who was the first person on the moon?',
  'What is an order of magnitude?',
  'Where are invoices stored in this system?',
  'How many days are in a year?',
  'What does a booking fee cover?',
  'When was the first passport issued?',
  'How much does a plan cost?',
  'Which file formats are supported?',
  'Is there a student discount?',
  'How are refunds processed?',
  'Summarise the causes of the First World War',
  'Convert 5 km into miles',
  'How do I write a reminder in Python?',
];

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
  it('is the same whatever its case', () => {
    for (const text of [...PERSONAL, ...GENERAL]) expect([text, isPersonal(text.toUpperCase())]).toEqual([text, isPersonal(text)]);
  });

  it('takes no longer for texts made to take long', () => {
    const began = performance.now();
    for (const part of ['my ', 'is my ', 'what is my a ', 'show ', 'what my say ', 'do i have ']) isPersonal(part.repeat(100_000));

    expect(performance.now() - began).toBeLessThan(500);
  });
});
