import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeBound, isTimeBound } from '../../src/flow/time-bound/time-bound.ts';
import { ABOUT_NOW, TIMELESS } from './questions-about-now.ts';

const reason = createTimeBound();

describe('a question about now', () => {
  it.each([
    ['What is the weather in Paris?', 'weather'],
    ['What happened today?', 'today'],
    ["Summarise today's headlines", "today's"],
    ['What is the LATEST version of Node.js?', 'latest'],
    ['Who is the current president of France?', 'current'],
    ['Will the weather this weekend hold?', 'weather'],
    ['What is happening in India today?', 'today'],
    ['What is the current state of the economy?', 'current'],
    ['Who currently leads the league?', 'currently'],
    ['What is going on right now in Berlin?', 'right now'],
    ['What is going on right\n  now in Berlin?', 'right\n  now'],
    ['What are the best deals this week?', 'this week'],
    ['Which films came out last month?', 'last month'],
    ['What concerts are next Friday in town?', 'next friday'],
    ['Any breaking news from the summit?', 'breaking news'],
    ['Is there any news about the merger?', 'any news'],
    ['Apple stock price', 'stock price'],
    ['What are share prices of Volvo doing?', 'share prices'],
    ['price of bitcoin', 'price of bitcoin'],
    ['EUR to USD exchange rate', 'exchange rate'],
    ['What time is it in Tokyo?', 'what time is it'],
    ["what's the date?", "what's the date"],
    ['what’s new in TypeScript?', 'what’s new'],
    ['How many days until Christmas?', 'days until'],
    ['Give me up-to-date figures', 'up-to-date'],
    ['live scores of the match', 'live scores'],
    ['Is the museum open now?', 'open now'],
    ['Who won the game yesterday', 'yesterday'],
    ['Will it rain tomorrow?', 'tomorrow'],
    ['Search for "latest iPhone reviews"', 'latest'],
    ['The current account holds 5; what is the current interest?', 'current'],
    ['Compare the electric current with the current mood of the market', 'current'],
    ['Wie ist das Wetter in Köln?', 'wetter'],
    ['Was kostet Öl heute?', 'heute'],
    ['Wer ist der aktuelle Kanzler?', 'aktuelle'],
    ["Quelle est la météo d'aujourd'hui ?", 'météo'],
    ['Que se passe-t-il aujourd’hui ?', 'aujourd’hui'],
    ['Quel est le taux de change du dollar ?', 'taux de change'],
    ['¿Qué pasó hoy?', 'hoy'],
    ['últimas noticias de Chile', 'últimas noticias'],
    ['Che tempo fa a Roma?', 'che tempo fa'],
    ['O que aconteceu ontem?', 'ontem'],
    ['Wat is het weerbericht voor vandaag?', 'weerbericht'],
    ['Jaka jest dzisiaj pogoda?', 'dzisiaj'],
    ['Какая сегодня погода?', 'сегодня'],
    ['今天天气怎么样？', '今天'],
    ['苹果公司的最新股价是多少', '最新'],
    ['東京の天気は？', '天気'],
    ['오늘 서울 날씨 어때?', '오늘'],
  ])('is seen in %j, by %j', (text, word) => {
    expect(reason(text)).toBe(word);
    expect(isTimeBound(text)).toBe(true);
  });
});

describe('a question whose answer changes', () => {
  it.each(ABOUT_NOW)('is seen: %s', (text) => {
    expect(reason(text)).toBeDefined();
  });
});

describe('a text with such words whose answer stays', () => {
  it.each(TIMELESS)('is let be: %s', (text) => {
    expect(reason(text)).toBeUndefined();
  });
});

describe('any other question', () => {
  it.each([
    'What is the capital of France?',
    'Explain how a hash table works.',
    'Now write a poem about autumn.',
    'How do I open a current account?',
    'What is an electric current?',
    'Explain alternating current and direct current.',
    'Why do ocean currents and the ocean current differ?',
    'What is the current ratio in accounting?',
    'How does current flow through a diode?',
    'Relate voltage and current in a resistor.',
    'Print the current directory in bash.',
    'How do I get the current working directory?',
    'Delete the current line in vim.',
    'Sum up to the current index of the array.',
    'Rename the current branch in git.',
    'docker pull node:latest fails, why?',
    'What does gpt-4o-latest mean as a name?',
    'Fix this: `const latest = today();`',
    'Explain:\n```js\nif (today > latest) current = today;\n```',
    'Explain this unfinished block:\n```\ncurrent weather',
    'Where does today() come from in Excel?',
    'Deliver it by Friday at the latest.',
    'Who founded USA Today?',
    'How did the company weather the storm?',
    'She feels under the weather: what does the idiom mean?',
    'Is whether spelled with an h?',
    'Write about undercurrents in the novel.',
    'What is a concurrent program?',
    'How do recurrent networks differ from currentness?',
    'Translate "good morning" to German.',
    'What is a real-time operating system?',
    'Explain weathering of rocks.',
    'What is a newsletter?',
    'Define inflation.',
    'How does lateststuff parse?',
    'Was ist ein Wettermann-freies Wort wie Wetterau?',
    'Schreibe ein Gedicht über den Herbst.',
    'Écris un poème sur la mer.',
    'Escribe un poema sobre el mar.',
    'Was bedeutet hier das Wort Nachrichten?',
    'Напиши стихотворение о море.',
    '写一首关于大海的诗',
    '海についての詩を書いてください',
    '바다에 대한 시를 써 주세요',
    'Who painted the Mona Lisa?',
    '',
    '   ',
  ])('is not: %j', (text) => {
    expect(reason(text)).toBeUndefined();
  });
});

describe('a long text', () => {
  const filler = 'The committee met and noted what was said. '.repeat(60);

  it('is judged by its start and its end, where the question stands', () => {
    expect(reason(`What is the weather like?\n${filler}`)).toBe('weather');
    expect(reason(`${filler}\nGiven that, what is the latest state of affairs?`)).toBe('latest');
  });

  it('is not judged by the document inside it', () => {
    expect(reason(`Summarise:\n${filler} Today the weather was fine. ${filler}`)).toBeUndefined();
  });
});

describe('rules of the user', () => {
  it('add words in any script and letter case', () => {
    const own = createTimeBound({ words: ['Kickoff', 'C++ nightly', '开球', '#live'] });

    expect(own('When is kickoff?')).toBe('kickoff');
    expect(own('kickoffs of the past')).toBeUndefined();
    expect(own('Is c++ nightly green?')).toBe('c++ nightly');
    expect(own('几时开球呢')).toBe('开球');
    expect(own('who is #LIVE')).toBe('#live');
    expect(own('weather')).toBe('weather');
  });

  it('add patterns, whose state is not shared between texts', () => {
    const own = createTimeBound({ patterns: [/\bQ[1-4] 20\d\d\b/g] });

    expect([own('Results of Q3 2026'), own('Results of Q3 2026'), own('results of q3 2026')]).toEqual(['\\bQ[1-4] 20\\d\\d\\b', '\\bQ[1-4] 20\\d\\d\\b', undefined]);
    expect(isTimeBound('Results of Q3 2026', { patterns: [/Q3/] })).toBe(true);
  });

  it('turn it off', () => {
    expect(createTimeBound({ off: true, words: ['x'] })('weather today')).toBeUndefined();
  });
});

it('finds a phrase in any surroundings that do not touch it', () => {
  const around = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', ',', 'é', '\n', 'q'), maxLength: 30 });

  fc.assert(
    fc.property(around, around, fc.constantFrom('weather', 'right now', 'this week', 'stock price'), (before, after, phrase) => {
      expect(reason(`${before} ${phrase} ${after}`)).toBe(phrase);
    }),
  );
});

it('takes time in proportion to a text made to be slow', () => {
  const texts = ['`'.repeat(2000), 'the '.repeat(500), 'current '.repeat(250), `current${' '.repeat(1900)}x`, 'i went there today. '.repeat(100), `tell ${'a, '.repeat(600)}today`, 'how long do i? today '.repeat(90), `the letter ${'x '.repeat(900)}tomorrow`, "'a ".repeat(600) + 'today', 'aujourd'.repeat(280)];

  const began = process.cpuUsage();
  for (const text of texts) for (let round = 0; round < 10; round++) reason(text);

  expect(process.cpuUsage(began).user / 1000).toBeLessThan(500);
});
