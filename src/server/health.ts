import type { Clock } from '../base/clock.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Store, StoreSize } from '../stores/store.ts';

/** How long a store may take to answer before it counts as down, and how long what it said is believed. */
const PATIENCE: Milliseconds = 500;
const BELIEVED: Milliseconds = 1_000;

/** How the store does. */
export interface StoreState {
  readonly name: string;
  readonly up: boolean;
  /** Absent when it is down. */
  readonly size?: StoreSize;
}

/** Asks the store how it does, at most once a second, and never waits long for it. */
export function storeHealth(store: Pick<Store, 'name' | 'size'>, clock: Clock): () => Promise<StoreState> {
  let asked: Promise<StoreState> | undefined;
  let until = -Infinity;
  return () => {
    if (asked && clock.elapsed() < until) return asked;
    until = clock.elapsed() + BELIEVED;
    return (asked = ask(store));
  };
}

async function ask(store: Pick<Store, 'name' | 'size'>): Promise<StoreState> {
  const { name } = store;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE)));
  try {
    const size = await Promise.race([store.size(), late]);
    return size ? { name, up: true, size } : { name, up: false };
  } catch {
    return { name, up: false };
  } finally {
    clearTimeout(timer);
  }
}
