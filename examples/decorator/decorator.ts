// Methods: a standard decorator, which stacks with others, and `await using`, which closes the cache at the end of the block.
// Node does not run decorators unbuilt, so this one is compiled: npx tsc -p examples/decorator && npx node examples/decorator/out/decorator.js
import { createCache, llmCache } from 'reprise';

let runs = 0;

async function main() {
  await using cache = createCache({ store: 'memory:' });

  class Assistant {
    readonly language: string;

    constructor(language: string) {
      this.language = language;
    }

    // The instance is no part of the key; `key` makes it one.
    @cache.cached({
      ttl: '30m',
      key: function (this: Assistant, text: string) {
        return [this.language, text];
      },
    })
    async summary(text: string): Promise<string> {
      runs++;
      return `${text}, in short, in ${this.language}`;
    }

    // A generator method is replayed piece by piece.
    @cache.cached({ ttl: '2h' })
    async *spell(word: string): AsyncGenerator<string, void> {
      runs++;
      yield* word;
    }
  }

  const english = new Assistant('English');
  console.log(await english.summary('A long text'), '| runs:', runs);
  console.log(await english.summary('A long text'), '| runs:', runs);
  console.log(await new Assistant('French').summary('A long text'), '| runs:', runs);

  for (let turn = 1; turn <= 2; turn++) {
    let spelt = '';
    for await (const letter of english.spell('cache')) spelt += letter;
    console.log('spelt:', spelt, '| runs:', runs);
  }
  console.log(String(cache));
} // here the cache has been closed, and everything is written

await main();

// A function without a cache of its own, as a decorator or as a plain wrapper: `llmCache` uses .reprise/cache.db.
export const askModel = llmCache({ ttl: '1h' })(async function askModel(prompt: string) {
  return `an answer to ${prompt}`;
});
