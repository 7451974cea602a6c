import { expect, it } from 'vitest';
import { fakeClock } from '../../src/testing/index.ts';

it('stands still until it is told to go on', async () => {
  const clock = fakeClock(1000);

  void clock.advance(250);

  expect([clock.now(), clock.elapsed()]).toEqual([1250, 250]);
});

it('wakes sleepers in the order of their times, each at its own', async () => {
  const clock = fakeClock(0);
  const woken: [string, number][] = [];
  const sleep = async (name: string, delay: number) => {
    await clock.sleep(delay);
    woken.push([name, clock.now()]);
  };
  void sleep('late', 300);
  void sleep('early', 100);
  void sleep('as early', 100);
  void sleep('never', 301);

  await clock.advance(300);

  expect(woken).toEqual([['early', 100], ['as early', 100], ['late', 300]]);
  expect(clock.sleepers).toBe(1);
});

it('serves who goes to sleep again on waking', async () => {
  const clock = fakeClock(0);
  const ticks: number[] = [];
  const tick = async () => {
    for (;;) {
      await clock.sleep(100);
      ticks.push(clock.now());
    }
  };
  void tick();

  await clock.advance(350);

  expect(ticks).toEqual([100, 200, 300]);
  expect(clock.now()).toBe(350);
});

it('lets a sleeper be called off', async () => {
  const clock = fakeClock();
  const calledOff = new AbortController();
  const sleeping = clock.sleep(100, calledOff.signal);

  calledOff.abort(new Error('enough'));

  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(100, calledOff.signal)).rejects.toThrow('enough');
  expect(clock.sleepers).toBe(0);
});
