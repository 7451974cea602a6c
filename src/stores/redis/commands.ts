import type { Milliseconds } from '../../base/units.ts';

/** One word of a command. Redis takes any bytes. */
export type Arg = string | Buffer;

/** What Redis answers, in the shapes of RESP2: texts are bytes, except short status texts, which may be strings. */
export type Reply = null | number | string | Buffer | readonly Reply[];

/** Sends one command and gives its answer. What Redis says is wrong is thrown. */
export type Send = (args: readonly Arg[], key?: Arg) => Promise<Reply>;

/**
 * All that the store asks of a driver, so that both drivers do the same. Commands that are sent in one turn of the event loop go out
 * together, which makes them one round trip. A command that cannot be sent now fails at once, and none is sent twice.
 */
export interface RedisCommands {
  /** True where keys are spread over several servers. */
  readonly isCluster: boolean;
  /** `key`: one of the keys, by which a cluster finds the server; without it any server is asked. */
  readonly send: Send;
  /** A way to every server that holds keys. */
  everyServer(): Promise<readonly Send[]>;
  /** A connection of its own that hears messages. It never connects again by itself: `onEnd` is called once when it is gone. */
  listen(onMessage: (channel: string, message: Buffer) => void, onEnd: () => void): Promise<Listening>;
  /** Closes what was opened here. A client of the user's stays open. */
  close(): Promise<void>;
}

/** A connection that hears messages. */
export interface Listening {
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  /** Fails when the server does not answer. */
  ping(): Promise<unknown>;
  close(): void;
}

/** A command took longer than it may. It may have been carried out. */
export class RedisTimeoutError extends Error {
  constructor(what: string, limit: Milliseconds) {
    super(`Redis did not answer ${what} within ${limit} ms`);
    this.name = 'RedisTimeoutError';
  }
}

/** The result of `work`, or an error after `limit`. The timer does not hold the process. */
export function within<T>(limit: Milliseconds, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RedisTimeoutError(what, limit)), limit);
    timer.unref();
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}

/** The same commands, each with a time limit, whatever the driver does. */
export function withLimit(commands: RedisCommands, limit: Milliseconds): RedisCommands {
  const limited =
    (send: Send): Send =>
    (args, key) =>
      within(limit, String(args[0]), send(args, key));
  return {
    ...commands,
    send: limited(commands.send),
    everyServer: async () => (await within(limit, 'connect', commands.everyServer())).map(limited),
    async listen(onMessage, onEnd) {
      const opening = commands.listen(onMessage, onEnd);
      const late = () => void opening.then((listening) => listening.close(), () => {});
      const listening = await within(limit, 'connect', opening).catch((error: unknown) => {
        late();
        throw error;
      });
      return {
        subscribe: (channel) => within(limit, 'subscribe', listening.subscribe(channel)),
        unsubscribe: (channel) => within(limit, 'unsubscribe', listening.unsubscribe(channel)),
        ping: () => within(limit, 'ping', listening.ping()),
        close: () => listening.close(),
      };
    },
  };
}

/** The items of an answer that is a list. */
export function listOf(reply: Reply | undefined): readonly Reply[] {
  if (!Array.isArray(reply)) throw new TypeError('Redis answered something else than a list');
  return reply as readonly Reply[];
}

/** An answer as text; `undefined` where there is none. */
export function textOf(reply: Reply | undefined): string | undefined {
  if (reply === null || reply === undefined) return undefined;
  return Buffer.isBuffer(reply) ? reply.toString() : String(reply);
}

/** An answer as bytes; `undefined` where there is none. */
export function bytesOf(reply: Reply | undefined): Buffer | undefined {
  if (Buffer.isBuffer(reply)) return reply;
  return typeof reply === 'string' ? Buffer.from(reply) : undefined;
}

/** True for what Redis says when a key holds something of another kind, also from within a script. */
export const isWrongType = (error: unknown): boolean => error instanceof Error && error.message.includes('WRONGTYPE');
