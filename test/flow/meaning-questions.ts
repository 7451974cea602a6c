import fc from 'fast-check';

const option = <T>(...values: [T, ...T[]]) => fc.constantFrom<T | undefined>(undefined, undefined, ...values);

/** All that tells scopes apart, and what may differ inside one: text, stream, mode. */
export const questions = fc.record({
  format: fc.constantFrom('chat', 'responses', 'messages'),
  tenant: option('a', 'b', 'a+b', 'é', 'e\u0301'),
  key: fc.constantFrom('k1', 'k2'),
  namespace: fc.constantFrom('default', 'default', 'other'),
  model: fc.constantFrom('m-1', 'm-1', 'm-2'),
  temperature: option(0, 0.5),
  system: option('Be brief.', 'Be brief'),
  tool: option('search', 'fetch'),
  earlier: option('I have a cat.', 'I have a dog.'),
  image: option('AAAA', 'BBBB'),
  text: fc.constantFrom<string>('How do I turn on dark mode?', 'how do i turn on dark mode', 'What is a cat?', 'Where is my order today?', '?', 'dark dark'),
  stream: fc.boolean(),
  mode: fc.constantFrom(undefined, undefined, undefined, 'on', 'off', 'shadow'),
});

const TELLING = ['format', 'tenant', 'key', 'namespace', 'model', 'temperature', 'system', 'tool', 'earlier', 'image'] as const;

/** Most requests of one list are alike, so that there is something to be found. */
export const lists = fc.tuple(questions, fc.array(fc.tuple(questions, fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray<keyof Question>([...TELLING], { maxLength: 2 }) })), {
  minLength: 8,
  maxLength: 22,
})).map(([first, others]) => [
  first,
  ...others.map(([other, differs]): Question => ({
    ...first,
    text: other.text,
    stream: other.stream,
    mode: other.mode,
    ...Object.fromEntries(differs.map((name) => [name, other[name]])),
  })),
]);

export type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never;

/** The oracle: what must be equal between two questions of which one may get the answer of the other. */
export const scopeOf = ({ text: _text, stream: _stream, mode: _mode, key, earlier, ...rest }: Question, turns: 'equal' | 'judged') =>
  JSON.stringify({ ...rest, ...(rest.tenant === undefined && { key }), ...(turns === 'equal' && { earlier }) });

/** The question as a call of its API. */
export function callOf({ format, model, temperature, system, tool, earlier, image, text, stream }: Question) {
  const more = { model, ...(temperature !== undefined && { temperature }), ...(stream && { stream }) };
  const parameters = { type: 'object', properties: { q: { type: 'string' } } };
  const turns = earlier === undefined ? [] : [{ role: 'user', content: earlier }, { role: 'assistant', content: 'Fine.' }];
  switch (format) {
    case 'chat': {
      const content = image === undefined ? text : [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }, { type: 'text', text }];
      const tools = tool && [{ type: 'function', function: { name: tool, parameters } }];
      const first = system === undefined ? [] : [{ role: 'system', content: system }];
      return { path: '/v1/chat/completions', body: { ...more, ...(tools && { tools }), messages: [...first, ...turns, { role: 'user', content }] } };
    }
    case 'responses': {
      const content = image === undefined ? text : [{ type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' }, { type: 'input_text', text }];
      const tools = tool && [{ type: 'function', name: tool, parameters, strict: false }];
      const instructions = system !== undefined && { instructions: system };
      return { path: '/v1/responses', body: { ...more, store: false, ...(tools && { tools }), ...instructions, input: [...turns, { role: 'user', content }] } };
    }
    case 'messages': {
      const source = { type: 'base64', media_type: 'image/png', data: image };
      const content = image === undefined ? text : [{ type: 'image', source }, { type: 'text', text }];
      const tools = tool && [{ name: tool, input_schema: parameters }];
      return { path: '/v1/messages', body: { ...more, max_tokens: 50, ...(tools && { tools }), ...(system !== undefined && { system }), messages: [...turns, { role: 'user', content }] } };
    }
  }
}
