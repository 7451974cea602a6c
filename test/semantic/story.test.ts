import { describe, expect, it } from 'vitest';
import { storyOf, withStory } from '../../src/semantic/story.ts';

describe('the story of a conversation', () => {
  it.each([
    ['texts', [{ role: 'user', content: 'I have a cat.' }, { role: 'assistant', content: 'Fine.' }], 'user: I have a cat.\nassistant: Fine.'],
    ['texts in parts', [{ role: 'user', content: [{ type: 'text', text: 'One.' }, { type: 'input_text', text: 'Two.' }] }], 'user: One.\n  Two.'],
    ['a message without content', [{ role: 'assistant', content: null }], 'assistant: '],
    ['nothing', [], ''],
  ])('is one line a message: %s', (_, turns, story) => {
    expect(storyOf(turns)).toBe(story);
  });

  it.each([
    ['an image', { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }, 'AAAA'],
    ['a tool call', { role: 'assistant', content: null, tool_calls: [{ id: 'c', function: { name: 'search', arguments: '{"q":"x"}' } }] }, 'search'],
    ['a tool\'s result', { role: 'tool', tool_call_id: 'c', content: 'Found 7.' }, 'Found 7.'],
    ['a call of Responses', { type: 'function_call', name: 'search', arguments: '{}' }, 'search'],
  ])('has %s in it, so that it counts', (_, turn, part) => {
    expect(storyOf([turn])).toContain(part);
  });

  it('tells one message from several that say the same', () => {
    const one = storyOf([{ role: 'user', content: 'Hi.\nassistant: Yes?\nuser: Bye.' }]);
    const several = storyOf([{ role: 'user', content: 'Hi.' }, { role: 'assistant', content: 'Yes?' }, { role: 'user', content: 'Bye.' }]);

    expect(one).not.toBe(several);
  });

  it('is empty where there is none, and stands before the question where there is one', () => {
    expect([storyOf(undefined), storyOf('text'), withStory('Why?', undefined), withStory('Why?', ''), withStory('Why?', 'user: Hi.')]).toEqual(['', '', 'Why?', 'Why?', 'user: Hi.\nuser: Why?']);
  });
});
