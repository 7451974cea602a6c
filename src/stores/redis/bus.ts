import { setTimeout as pause } from 'node:timers/promises';
import type { Milliseconds } from '../../base/units.ts';
import type { Listening, RedisCommands } from './commands.ts';

/** How often the connection is tried, and listeners are told again that it is gone. */
const BEAT: Milliseconds = 500;

/** Hears messages over one connection of its own, which is opened for the first listener and closed after the last. */
export interface Bus {
  /**
   * Calls `onMessage` for each message. `onLost`: messages may have been missed. It is called when the connection is lost, every 500 ms
   * while there is none, and once it is there. `ready` resolves when messages are heard; it never rejects.
   */
  listen(channel: string, onMessage: (message: Buffer) => void, onLost?: () => void): { readonly ready: Promise<void>; stop(): void };
  close(): void;
}

interface Listener {
  readonly onMessage: (message: Buffer) => void;
  readonly onLost: () => void;
  readonly ready: PromiseWithResolvers<void>;
}

export function createBus(connect: RedisCommands['listen']): Bus {
  const channels = new Map<string, Set<Listener>>();
  let listening: Listening | undefined;
  let running = false;
  let stopped = new AbortController();

  const everyone = function* (): Iterable<Listener> {
    for (const listeners of channels.values()) yield* listeners;
  };
  const tellLost = () => {
    for (const { onLost } of everyone()) onLost();
  };
  const hear = (channel: string, message: Buffer) => {
    for (const { onMessage } of channels.get(channel) ?? []) onMessage(message);
  };
  const sleep = (signal: AbortSignal) => pause(BEAT, undefined, { ref: false, signal }).catch(() => {});

  /** One connection, from its begin to its end. */
  async function connection(signal: AbortSignal): Promise<void> {
    const end = new AbortController();
    const ended = AbortSignal.any([end.signal, signal]);
    const own = await connect(hear, () => end.abort());
    try {
      // Whoever begins to listen from here on subscribes by itself.
      listening = own;
      await Promise.all([...channels.keys()].map((channel) => own.subscribe(channel)));
      for (const { ready, onLost } of everyone()) {
        onLost();
        ready.resolve();
      }
      while (!ended.aborted) {
        await sleep(ended);
        if (!ended.aborted) await own.ping();
      }
    } finally {
      // Where listening was begun anew meanwhile it is another one.
      if (listening === own) listening = undefined;
      own.close();
    }
  }

  async function run(): Promise<void> {
    running = true;
    const { signal } = stopped;
    while (!signal.aborted) {
      // While there is no connection nothing that is remembered may be trusted, however often it is read anew.
      const telling = setInterval(() => listening === undefined && tellLost(), BEAT).unref();
      await connection(signal).catch(() => {});
      clearInterval(telling);
      if (signal.aborted) break;
      tellLost();
      await sleep(signal);
    }
  }

  const stop = () => {
    stopped.abort();
    stopped = new AbortController();
    running = false;
  };

  return {
    listen(channel, onMessage, onLost = () => {}) {
      const listener: Listener = { onMessage, onLost, ready: Promise.withResolvers() };
      const known = channels.get(channel);
      if (known) known.add(listener);
      else channels.set(channel, new Set([listener]));
      if (!running) void run();
      else if (listening) {
        // A subscription that failed shows as a connection that is gone.
        listening.subscribe(channel).then(() => listener.ready.resolve(), () => {});
      }
      return {
        ready: listener.ready.promise,
        stop() {
          const left = channels.get(channel);
          left?.delete(listener);
          if (left?.size !== 0) return;
          channels.delete(channel);
          if (channels.size === 0) stop();
          else void listening?.unsubscribe(channel).catch(() => {});
        },
      };
    },
    close() {
      channels.clear();
      stop();
    },
  };
}
