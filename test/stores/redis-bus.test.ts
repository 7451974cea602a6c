import { expect, it } from 'vitest';
import { createBus } from '../../src/stores/redis/bus.ts';
import type { Listening } from '../../src/stores/redis/commands.ts';

/** A connection of which the test says when it answers a ping. */
function connection() {
  const pinged = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const subscribed: string[] = [];
  const listening: Listening = {
    subscribe: async (channel) => void subscribed.push(channel),
    unsubscribe: async () => {},
    ping: () => (pinged.resolve(), answered.promise),
    close: () => {},
  };
  return { listening, subscribed, pinged: pinged.promise, answer: answered.resolve };
}

it('a bus goes on hearing by its new connection when an old one answers late', async () => {
  const [old, young] = [connection(), connection()];
  const coming = [old, young];
  const bus = createBus(async () => coming.shift()!.listening);
  const first = bus.listen('a', () => {});
  await first.ready;
  await old.pinged;
  first.stop();
  await bus.listen('b', () => {}).ready;

  old.answer();
  await new Promise((resolve) => setImmediate(resolve));
  await bus.listen('c', () => {}).ready;

  expect(young.subscribed).toEqual(['b', 'c']);
  bus.close();
});
