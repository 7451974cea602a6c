import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { meaningDoor } from '../../src/semantic/door.ts';
import { resolveSemantic } from '../../src/semantic/semantic-options.ts';
import { memoryStore } from '../../src/stores/memory.ts';

it('a door that is closed does not open again', async () => {
  let opened = 0;
  const store = memoryStore();
  const open = () => (opened++, store.open());
  const door = meaningDoor({ options: resolveSemantic('on'), store: { ...store, open }, clock: systemClock, timeBound: () => false, onTrouble: () => {} });

  await door.close();

  expect(() => door.open()).toThrow('closed');
  expect(opened).toBe(0);
});
