import type { Settled } from '../../model/outcome.ts';
import type { Lease } from '../../stores/store.ts';
import type { SourceAnswer } from '../ask.ts';
import { OVER } from '../../base/clock.ts';
import { inTime } from '../in-time.ts';
import type { Parts } from '../parts.ts';
import { replayable } from '../replay-headers.ts';
import { type Across, acquire, followersOf, report } from './across.ts';
import { LogWriter } from './log-writer.ts';

/** A call that this process makes for all: it holds the lease as long as the call runs, and writes what comes into the log. */
export class Lead {
  readonly #lease: Lease;
  readonly #across: Across;
  readonly #parts: Parts;
  readonly #log: LogWriter | undefined;
  readonly #over = new AbortController();
  #followed: Promise<void> | undefined;

  constructor(lease: Lease, across: Across, parts: Parts) {
    this.#lease = lease;
    this.#across = across;
    this.#parts = parts;
    const { clock, options } = parts;
    // The lease is held all the same: whoever follows gets the stored answer at the end.
    const onFailed = (error: unknown) => report(error, parts);
    this.#log = across.logs && new LogWriter(across.logs, lease, { clock, maxWaiting: options.maxRecordBytes, limit: across.leaseTime / 3, onFailed });
    across.held.set(lease.name, {});
    void this.#hold();
  }

  /** The answer, whose bytes are written into the log as they pass. */
  tap(answer: SourceAnswer, credential: string | undefined): SourceAnswer {
    const { status, form, body, eager = true, sharable = true } = answer;
    const log = this.#log;
    if (!log) return answer;
    if (!eager || !sharable) {
      // Such a source goes at the pace of its readers, or has something for nobody else.
      log.add({ is: 'alone' });
      void this.#giveUp();
      return answer;
    }
    const { 'set-cookie': _, ...all } = answer.headers;
    const headers = status < 300 ? replayable(answer.headers) : all;
    log.add({ is: 'head', head: { status, headers, form, ...(credential !== undefined && { credential }) } });
    return { ...answer, body: tapped(body, log) };
  }

  /** The call came to no answer: whoever follows asks for itself, or, where only all callers here have left, one of them does for all. */
  failed(abandoned: boolean): void {
    if (!abandoned) this.#log?.add({ is: 'alone' });
    void this.#giveUp();
  }

  /** The answer has been stored or not, which ends it for the others too. */
  settled(settled: Settled): void {
    this.#log?.add({ is: 'settled', settled });
    void this.#giveUp();
  }

  /** Gives the lease up, as the call is not needed. */
  leave(): void {
    void this.#giveUp();
  }

  /** Resolves when nobody in another process follows this call; `undefined` where nobody can. */
  followed(): Promise<void> | undefined {
    if (!this.#log) return undefined;
    return (this.#followed ??= this.#untilAlone().finally(() => (this.#followed = undefined)));
  }

  async #untilAlone(): Promise<void> {
    const { leases, leaseTime } = this.#across;
    while (!this.#over.signal.aborted) {
      const free = await acquire(followersOf(this.#lease.name), this.#across, this.#parts);
      if (free !== undefined) {
        if (free !== 'failed') await leases.release(free).catch(() => {});
        return;
      }
      await this.#parts.clock.sleep(leaseTime / 3, this.#over.signal).catch(() => {});
    }
  }

  /** Renews the lease until the end. One that cannot be renewed runs out, and somebody else makes the call. */
  async #hold(): Promise<void> {
    const { leases, leaseTime } = this.#across;
    const { clock } = this.#parts;
    for (let failures = 0; failures < 3; ) {
      try {
        await clock.sleep(leaseTime / 3, this.#over.signal);
      } catch {
        return;
      }
      try {
        const renewed = await inTime(leases.renew(this.#lease, leaseTime), leaseTime / 3, clock, () => new Error('a lease was not renewed in time'));
        if (!renewed) break;
        failures = 0;
        this.#log?.flush();
      } catch (error) {
        report(error, this.#parts);
        failures++;
      }
    }
    this.#log?.stop();
  }

  /** Ends log and lease, once. */
  async #giveUp(): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#over.abort(OVER);
    const { leases, leaseTime, held } = this.#across;
    const { name } = this.#lease;
    const releasing = (async () => {
      await this.#log?.end();
      await inTime(leases.release(this.#lease), leaseTime, this.#parts.clock, () => new Error('a lease was not released in time'));
    })().catch((error: unknown) => report(error, this.#parts));
    const mine = { released: releasing };
    held.set(name, mine);
    await releasing;
    if (held.get(name) === mine) held.delete(name);
  }
}

/** The bytes of an answer, written down as they pass. */
function tapped(body: AsyncIterable<Uint8Array>, log: LogWriter): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const source = body[Symbol.asyncIterator]();
      let ended = false;
      const end = (why?: string) => {
        if (ended) return;
        ended = true;
        log.add(why === undefined ? { is: 'end' } : { is: 'broken', why });
      };
      return {
        async next() {
          try {
            const step = await source.next();
            if (step.done) end();
            else if (step.value.byteLength > 0) log.add({ is: 'bytes', bytes: step.value });
            return step;
          } catch (error) {
            end(error instanceof Error ? error.message : String(error));
            throw error;
          }
        },
        async return() {
          end('nobody reads it any more');
          return (await source.return?.()) ?? { done: true, value: undefined };
        },
      };
    },
  };
}
