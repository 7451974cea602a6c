import { isObject, type Json } from '../base/json.ts';

/**
 * Turns of a conversation in words, one line a message, `user: ...`: what guards and judge read where whole conversations are matched. Reads the
 * shapes of the wire formats; what is no text (images, tool calls and their results) is there as JSON, so that it counts.
 */
export function storyOf(turns: Json | undefined): string {
  return (Array.isArray(turns) ? turns : []).map((turn) => line(turn as Json)).filter((text) => text !== '').join('\n');
}

/** A question with what was said before it. */
export const withStory = (text: string, story: string | undefined): string => (story ? `${story}\nuser: ${text}` : text);

function line(turn: Json): string {
  if (!isObject(turn)) return textOf(turn);
  const { role, content, ...rest } = turn;
  const others = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  // Further lines stand back, so that no message can pass for several.
  return `${typeof role === 'string' ? role : 'item'}: ${textOf(content ?? '').replaceAll('\n', '\n  ')}${others}`;
}

function textOf(content: Json): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part) => textOf(part as Json)).join('\n');
  return isObject(content) && typeof content.text === 'string' ? content.text : JSON.stringify(content);
}
