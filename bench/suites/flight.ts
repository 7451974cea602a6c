import { bytesOf, ours, textOfAnswer } from '../ours.ts';
import { langChain, llmCacher, promptCache } from '../peers.ts';
import { answerOf, answerText, requestOf } from '../sample.ts';
import type { SuiteContext } from '../suite.ts';
import { millis, type Table } from '../table.ts';

const CALLERS = 1_000;
/** How long the provider takes, in milliseconds. */
const DELAY = 50;

interface Racer {
  readonly name: string;
  ask(): Promise<string>;
  /** How often the provider was asked. */
  calls(): number;
}

/** Many equal requests at once, with nothing stored: how often is the provider asked? */
export async function run({ note }: SuiteContext): Promise<readonly Table[]> {
  note(`${CALLERS} equal requests at once`);
  const rows: string[][] = [];
  let found = 0;
  for (const racer of await racers()) {
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: CALLERS }, () => racer.ask()));
    const took = performance.now() - begun;
    const wrong = answers.filter((text) => text !== answerText(0)).length;
    if (wrong > 0) throw new Error(`${racer.name} gave ${wrong} wrong answers.`);
    rows.push([racer.name, String(racer.calls()), millis(took), 'all callers answered, and rightly']);
    if (racer.name === 'reprise') found = racer.calls();
  }
  return [
    {
      title: `${CALLERS} equal requests at once, nothing stored, a provider that takes ${DELAY} ms`,
      columns: ['', 'provider calls', 'until the last answer', ''],
      rows,
      checks: [{ what: 'calls to the provider', target: '1', found: String(found), met: found === 1 }],
      about: ['One process. The clock runs from the first request to the last answer.'],
    },
  ];
}

async function racers(): Promise<readonly Racer[]> {
  const request = requestOf(0, 1024);
  const engine = ours({ store: 'memory:' }, DELAY);
  await engine.cache.open();
  const calls = { prompt: 0, wrapped: 0, chain: 0 };
  const provider = (who: keyof typeof calls) => async () => {
    calls[who]++;
    await new Promise((resolve) => setTimeout(resolve, DELAY));
    return answerOf(0);
  };
  const prompts = await promptCache();
  const wrapped = await llmCacher({ chat: { completions: { create: provider('wrapped') } } });
  const model = (await langChain()).model(async () => textOfAnswer(await provider('chain')()));
  return [
    { name: 'reprise', ask: async () => textOfAnswer(JSON.parse(Buffer.from(await bytesOf(await engine.ask(request))).toString())), calls: engine.calls },
    {
      name: 'prompt-cache',
      ask: async () => textOfAnswer(await prompts.getOrGenerate(JSON.stringify(request), provider('prompt'), { provider: 'openai', model: request.model })),
      calls: () => calls.prompt,
    },
    { name: 'llm-cacher', ask: async () => textOfAnswer(await wrapped.chat.completions.create(request)), calls: () => calls.wrapped },
    {
      name: 'langchain model.invoke',
      ask: async () => String((await model.invoke(request.messages.map(({ role, content }) => [role, content] as const))).content),
      calls: () => calls.chain,
    },
  ];
}
