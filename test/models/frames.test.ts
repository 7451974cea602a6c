import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Frame {
  readonly id: string;
  readonly domain: string;
  readonly texts: readonly string[];
  readonly other: readonly string[];
  /** Values, each a list of ways to say it; or the name of the slot that they are shared with. */
  readonly slots: Readonly<Record<string, readonly (readonly string[])[] | string>>;
}

const folder = join(import.meta.dirname, '../../models/data/frames');
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
const framesOf = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Frame);

describe.each(files)('frames/%s', (file) => {
  const frames = framesOf(file);

  it('has every slot once or more in every text, and no text twice', () => {
    const wrong = frames.filter(({ texts, other, slots }) => {
      const names = Object.keys(slots).toSorted().join();
      const all = [...texts, ...other];
      const inText = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].toSorted().join();
      return texts.length < 4 || names === '' || all.some((text) => inText(text) !== names) || new Set(all.map((text) => text.toLowerCase())).size < all.length;
    });

    expect(wrong.map(({ id }) => id)).toEqual([]);
    expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length);
    expect(frames.every(({ id, domain }) => id.startsWith(`${file[0]}-`) && domain !== '')).toBe(true);
  });

  it('says no two values of a slot in one way', () => {
    const wrong = frames.flatMap(({ id, slots }) =>
      Object.entries(slots).filter(([, values]) => {
        // Two that share their values need a third to be changed to.
        if (typeof values === 'string') return !Array.isArray(slots[values]) || slots[values].length < 3;
        const ways = values.flat().map((way) => way.toLowerCase());
        return values.length < 2 || values.some((all) => all.length === 0) || new Set(ways).size < ways.length;
      }).map(([name]) => `${id} ${name}`),
    );

    expect(wrong).toEqual([]);
  });
});
