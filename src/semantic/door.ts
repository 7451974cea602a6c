import type { Clock } from '../base/clock.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { Abilities, Store } from '../stores/store.ts';
import type { Meaning } from './meaning.ts';
import type { ResolvedSemantic } from './semantic-options.ts';

/** Matching by meaning, behind a door that opens when it is first asked for: until then no model is loaded. */
export interface MeaningDoor {
  readonly options: ResolvedSemantic;
  /** What is there, or undefined where nobody has asked yet. */
  readonly opened: Meaning | undefined;
  /** Loads it. What fails is tried again some seconds later; until then it fails with the same error. */
  open(): MaybePromise<Meaning>;
  close(): Promise<void>;
}

export interface DoorParts {
  readonly options: ResolvedSemantic;
  readonly store: Store;
  readonly clock: Clock;
  readonly timeBound: (text: string) => boolean;
  readonly onTrouble: (error: unknown) => void;
}

/** How long a failure to load stands before it is tried again. */
const AGAIN_AFTER: Milliseconds = 30_000;

export function meaningDoor(parts: DoorParts): MeaningDoor {
  const { options, store, clock } = parts;
  let opened: Meaning | undefined;
  let opening: Promise<Meaning> | undefined;
  let failed: { error: unknown; at: Milliseconds } | undefined;
  let closed = false;

  async function open(): Promise<Meaning> {
    try {
      const [{ assembleMeaning }, abilities] = await Promise.all([import('./assemble.ts'), store.open() as Promise<Abilities>]);
      const meaning = await assembleMeaning({ ...parts, abilities });
      if (closed) await meaning.close();
      return (opened = meaning);
    } catch (error) {
      failed = { error, at: clock.elapsed() };
      opening = undefined;
      throw error;
    }
  }

  return {
    options,
    get opened() {
      return opened;
    },
    open() {
      if (opened) return opened;
      if (failed && clock.elapsed() - failed.at < AGAIN_AFTER) throw failed.error;
      return (opening ??= open());
    },
    async close() {
      closed = true;
      const meaning = opened ?? (isPromise(opening) ? await opening.catch(() => undefined) : undefined);
      await meaning?.close();
    },
  };
}
