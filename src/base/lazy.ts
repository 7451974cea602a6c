import { PeerMissingError } from './errors.ts';

/** A value made on first use and kept. A failed attempt is forgotten, so that the next use tries again. */
export interface Lazy<T> {
  (): Promise<T>;
  /** True once somebody asked for it. */
  readonly started: boolean;
}

/** Makes `make` run at most once at a time, on first use. */
export function lazy<T>(make: () => Promise<T> | T): Lazy<T> {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= Promise.resolve()
      .then(make)
      .catch((error: unknown) => {
        made = undefined;
        throw error;
      });
    return made;
  };
  return Object.defineProperty(get, 'started', { get: () => made !== undefined }) as Lazy<T>;
}

/** An optional package that the user installs: its name and the versions that are known to work. */
export interface Peer {
  name: string;
  range: string;
}

/** Loads an optional package, or says how to install it. */
export async function loadPeer<T>(peer: Peer, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') throw new PeerMissingError(peer.name, peer.range, error);
    throw error;
  }
}
