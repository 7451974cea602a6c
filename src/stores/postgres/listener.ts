import type { Client } from 'pg';
import type { Milliseconds } from '../../base/units.ts';
import { loadDriver } from './database.ts';
import { quoted } from './text.ts';

/** Pauses between attempts to connect again: the first, and the longest. */
const FIRST_PAUSE: Milliseconds = 50;
const LONGEST_PAUSE: Milliseconds = 1000;
/** How long connecting may take. */
const CONNECT: Milliseconds = 5000;

/** Listens for notifications on a connection of its own, for as long as anybody wants them. */
export interface Listener {
  /** Calls `onMessage` for each notification of a channel until the returned function is called. */
  listen(channel: string, onMessage: (payload: string) => void): () => void;
  /** True while notifications come. */
  readonly live: boolean;
  close(): Promise<void>;
}

/** `onBreak` is called when the connection is lost, after each attempt that fails, and when there is one again: something may have been missed. */
export function listenerOf(url: string | undefined, onBreak: () => void): Listener {
  const handlers = new Map<string, Set<(payload: string) => void>>();
  let client: Client | undefined;
  let connecting: Promise<void> | undefined;
  let live = false;
  let closed = false;
  let pause = FIRST_PAUSE;
  let timer: NodeJS.Timeout | undefined;
  let everLive = false;
  /** It would say yes to LISTEN, and hand nothing on. */
  let pooled = false;

  const again = () => {
    live = false;
    client = undefined;
    if (closed || pooled) return;
    clearTimeout(timer);
    timer = setTimeout(() => void start(), pause).unref();
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  };

  const connect = async () => {
    const { Client: Driver } = await loadDriver();
    const made = new Driver({
      ...(url !== undefined && { connectionString: url }),
      connectionTimeoutMillis: CONNECT,
      keepAlive: true,
      application_name: 'reprise listener',
    });
    const broken = () => {
      if (client !== made || closed) return;
      void made.end().catch(() => {});
      again();
      onBreak();
    };
    made.on('error', broken);
    made.on('end', broken);
    made.on('notification', ({ channel, payload = '' }) => {
      for (const handler of handlers.get(channel) ?? []) handler(payload);
    });
    client = made;
    await made.connect();
    // A pooler makes up the number of the process that a connection belongs to.
    const { rows } = await made.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    pooled = rows[0]?.pid !== (made as unknown as { processID: number }).processID;
    if (pooled) throw new Error('The URL leads to a pooler.');
    for (const channel of handlers.keys()) await made.query(`LISTEN ${quoted(channel)}`);
    if (client !== made) throw new Error('The connection broke.');
    (made as unknown as { connection: { stream: { unref?: () => void } } }).connection.stream.unref?.();
    live = true;
    pause = FIRST_PAUSE;
    if (everLive) onBreak();
    everLive = true;
  };

  const start = (): Promise<void> => {
    connecting ??= connect()
      .catch(() => {
        const failed = client;
        again();
        void failed?.end().catch(() => {});
        if (everLive && !closed) onBreak();
      })
      .finally(() => (connecting = undefined));
    return connecting;
  };

  return {
    get live() {
      return live;
    },
    listen(channel, onMessage) {
      // An own function for each, so that one may listen twice.
      const own = (payload: string) => onMessage(payload);
      const known = handlers.get(channel);
      if (known) known.add(own);
      else {
        handlers.set(channel, new Set([own]));
        if (live) void client?.query(`LISTEN ${quoted(channel)}`).catch(() => {});
        else if (!timer && !pooled && !closed) void start();
      }
      return () => void handlers.get(channel)?.delete(own);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      handlers.clear();
      await connecting;
      const last = client;
      client = undefined;
      live = false;
      await last?.end().catch(() => {});
    },
  };
}
