import type { Clock } from '../base/clock.ts';
import { CacheError, JudgeError } from '../base/errors.ts';
import { isPromise, type MaybePromise } from '../base/maybe.ts';
import type { Milliseconds } from '../base/units.ts';
import type { EntryKind } from '../model/entry.ts';
import type { Abilities, Store } from '../stores/store.ts';
import type { Meaning } from './meaning.ts';
import type { ResolvedSemantic } from './semantic-options.ts';
import { troubles } from './troubles.ts';

/** Matching by meaning, behind a door that opens when it is first asked for: until then no model is loaded. */
export interface MeaningDoor {
  readonly options: ResolvedSemantic;
  /** Whose entries are matched. */
  readonly store: Store;
  /** What is there, or undefined where nobody has asked yet. */
  readonly opened: Meaning | undefined;
  /** Loads it. What fails is tried again some seconds later; until then it fails with the same error. */
  open(): MaybePromise<Meaning>;
  /** Tells of something that failed, once for all requests that it fails for. */
  trouble(error: CacheError): void;
  close(): Promise<void>;
}

export interface DoorParts {
  readonly options: ResolvedSemantic;
  readonly store: Store;
  readonly clock: Clock;
  /** Which entries are matched. @default 'llm' */
  readonly kind?: EntryKind;
  readonly timeBound: (text: string) => boolean;
  /** Hears of what failed, each cause at most once a minute. */
  readonly onTrouble: (error: CacheError) => void;
}

/** How long a failure to load stands before it is tried again. */
const AGAIN_AFTER: Milliseconds = 30_000;

/** What failed by itself, as the path and its listeners know it. */
export function asCacheError(error: unknown): CacheError {
  if (error instanceof CacheError) return error;
  return new JudgeError('failed', `Matching by meaning failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

export function meaningDoor(parts: DoorParts): MeaningDoor {
  const { options, store, clock } = parts;
  let opened: Meaning | undefined;
  let opening: Promise<Meaning> | undefined;
  let failed: { error: unknown; at: Milliseconds } | undefined;
  let closed = false;
  const trouble = troubles(parts.onTrouble, clock);
  const onTrouble = (error: unknown): void => trouble(asCacheError(error));

  const throwIfClosed = (): void => {
    if (closed) throw new JudgeError('closed', 'Matching by meaning is closed.');
  };

  async function open(): Promise<Meaning> {
    try {
      const [{ assembleMeaning }, abilities] = await Promise.all([import('./assemble.ts'), store.open() as Promise<Abilities>]);
      throwIfClosed();
      const meaning = await assembleMeaning({ ...parts, abilities, onTrouble });
      if (closed) await meaning.close();
      throwIfClosed();
      return (opened = meaning);
    } catch (error) {
      failed = { error, at: clock.elapsed() };
      opening = undefined;
      throw error;
    }
  }

  return {
    options,
    store,
    trouble,
    get opened() {
      return opened;
    },
    open() {
      throwIfClosed();
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
