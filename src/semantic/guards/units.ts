import type { ReadText } from '../text/read-text.ts';
import { quantities } from '../text/quantities.ts';
import { unitOf } from '../text/units.ts';
import { unlike } from './sets.ts';
import type { Guard } from './guard.ts';

/** Units by themselves that differ: "in kilometres" and "in miles", "Celsius" and "Fahrenheit". Those behind a number are compared with it. */
export const units: Guard = {
  name: 'units',
  veto(a, b) {
    const ofA = a.look(unitsAsked);
    const ofB = b.look(unitsAsked);
    for (const [dimension, namesA] of ofA.alone) {
      const namesB = ofB.alone.get(dimension);
      const [one, other] = (namesB && unlike(namesA, namesB)) ?? [];
      if (one !== undefined && other !== undefined && !ofB.all.has(one) && !ofA.all.has(other)) return `${one} against ${other}`;
    }
    return undefined;
  },
};

/** Units in words that are long enough not to be anything else, by what they measure. Of time only the units that are asked for. */
const SURE = /^(?:length|mass|temperature|volume|area|speed|energy|power|pressure|data)$/;
const DOUBTFUL = new Set(['foot', 'feet', 'yard', 'stone', 'cup', 'm', 'g', 'l', 'h', 's', 'b', 'kb', 'mb', 'gb', 'tb', 'pint', 'bit', 'bits', 'bar', 'hp', 'ps', 'atmosphere', 'ton', 'tons', 'pound', 'pounds',
  'in', 'w', 'kilo', 'gig', 'nm', 'ha', 'cal', 'gr', 'mi', 'sm', 'cm', 'gal', 'mw', 'atm', 'amp', 'hertz', 'calorie', 'calories', 'microns', 'volt', 'v', 'acre']);

function unitsAsked(text: ReadText): { alone: ReadonlyMap<string, ReadonlySet<string>>; all: ReadonlySet<string> } {
  const behindNumbers = new Set<number>();
  for (const one of text.look(quantities)) for (let i = one.place; i < one.next; i++) behindNumbers.add(i);
  const alone = new Map<string, Set<string>>();
  const all = new Set<string>();
  text.words.forEach((word, i) => {
    if (word.kind !== 'word') return;
    const unit = unitOf(word.lower);
    if (!unit) return;
    all.add(unit.name);
    if (behindNumbers.has(i) || DOUBTFUL.has(word.lower) || !SURE.test(unit.dimension)) return;
    alone.set(unit.dimension, (alone.get(unit.dimension) ?? new Set()).add(unit.name));
  });
  return { alone, all };
}
