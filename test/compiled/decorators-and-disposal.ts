// What needs compiling for the Node versions that are supported: decorators and `await using`. Run by compiled.test.ts.
import assert from 'node:assert/strict';
import { createCache, llmCache } from '../../src/index.ts';

let runs = 0;
const log: string[] = [];

/** Another decorator, to be stacked with. */
function logged<F extends (...args: never[]) => unknown>(method: F, context: ClassMethodDecoratorContext): F {
  return function (this: unknown, ...args: Parameters<F>) {
    log.push(String(context.name));
    return method.apply(this, args);
  } as F;
}

let escaped: { closed: () => boolean } | undefined;
{
  await using cache = createCache({ store: 'memory:' });
  escaped = { closed: () => cache.core.closed };

  class Assistant {
    readonly language: string;
    constructor(language: string) {
      this.language = language;
    }

    @logged
    @cache.cached({ ttl: '1h' })
    async summary(text: string) {
      runs++;
      return `${text} in ${this.language}`;
    }

    @cache.cached({
      key: function (this: Assistant, word: string) {
        return [this.language, word];
      },
    })
    async translate(word: string) {
      runs++;
      return `${word}@${this.language}`;
    }

    @cache.cached()
    async *tell(n: number) {
      runs++;
      for (let i = 0; i < n; i++) yield i;
    }
  }

  class Other {
    @cache.cached()
    async summary(text: string) {
      return `other ${text}`;
    }
  }

  const [english, french] = [new Assistant('English'), new Assistant('French')];
  assert.equal(await english.summary('a'), 'a in English');
  assert.equal(await english.summary('a'), 'a in English');
  assert.equal(await new Other().summary('a'), 'other a');
  assert.equal(runs, 1);
  assert.deepEqual(log, ['summary', 'summary']);
  assert.equal(english.summary.length, 0);

  assert.equal(await english.translate('a'), 'a@English');
  assert.equal(await french.translate('a'), 'a@French');
  assert.equal(await french.translate('a'), 'a@French');
  assert.equal(runs, 3);

  const pieces: number[] = [];
  for await (const piece of english.tell(3)) pieces.push(piece);
  for await (const piece of english.tell(3)) pieces.push(piece);
  assert.deepEqual(pieces, [0, 1, 2, 0, 1, 2]);
  assert.equal(runs, 4);
}
assert.equal(escaped.closed(), true);

class OneLine {
  @llmCache({ ttl: '1h' })
  async ask(prompt: string) {
    runs++;
    return prompt.length;
  }
}
assert.equal(await new OneLine().ask('abc'), 3);
assert.equal(await new OneLine().ask('abc'), 3);
assert.equal(runs, 5);
console.log('all held');
