import type { OutgoingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers';
import type { Clock } from '../../base/clock.ts';
import type { Exchange } from './exchange.ts';
import type { FakeReply } from './script.ts';

/** Sends a body of known length, after the gate. */
export async function sendWhole(exchange: Exchange, status: number, headers: OutgoingHttpHeaders, body: string | Uint8Array, reply: FakeReply): Promise<void> {
  const { outgoing } = exchange;
  if (reply.gate && !(await exchange.wait(reply.gate.pass(exchange.gone)))) return;
  if (reply.cutAfterChunks === 0) return exchange.breakOff(reply.reset ?? false);
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  outgoing.writeHead(status, { ...headers, 'content-length': length });
  if (reply.cutAfterChunks === undefined) {
    outgoing.end(body);
    return;
  }
  outgoing.write(Buffer.from(body as string).subarray(0, length >> 1));
  exchange.breakOff(reply.reset ?? false);
}

/** Sends the blocks of a stream, all together unless the reply says how. */
export async function sendStream(exchange: Exchange, status: number, headers: OutgoingHttpHeaders, blocks: readonly (string | Uint8Array)[], reply: FakeReply, clock: Clock): Promise<void> {
  const { outgoing } = exchange;
  const { gate, chunkDelayMs, cutAfterChunks = Infinity, sliceBytes } = reply;
  const hangAfter = typeof reply.hang === 'number' ? reply.hang : Infinity;
  outgoing.writeHead(status, headers);

  const plain = gate === undefined && chunkDelayMs === undefined && sliceBytes === undefined && cutAfterChunks === Infinity && hangAfter === Infinity;
  if (plain && blocks.every((block) => typeof block === 'string')) {
    outgoing.end(blocks.join(''));
    return;
  }

  outgoing.flushHeaders();
  for (let sent = 0; ; sent++) {
    if (sent === cutAfterChunks) return exchange.breakOff(reply.reset ?? false);
    if (sent === hangAfter) return void (await exchange.wait(new Promise(() => {})));
    const block = blocks[sent];
    if (block === undefined) break;
    if (gate && !(await exchange.wait(gate.pass(exchange.gone)))) return;
    if (chunkDelayMs !== undefined && !(await exchange.wait(chunkDelayMs === 0 ? nextTurn() : clock.sleep(chunkDelayMs)))) return;
    for (const slice of slices(block, sliceBytes)) {
      if (sliceBytes !== undefined && !(await exchange.wait(nextTurn()))) return;
      if (!outgoing.write(slice) && !(await exchange.wait(new Promise((resolve) => outgoing.once('drain', resolve))))) return;
    }
  }
  if (cutAfterChunks !== Infinity) exchange.breakOff(reply.reset ?? false);
  else outgoing.end();
}

/** A turn of the event loop, in which a write leaves by itself. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

function* slices(block: string | Uint8Array, size: number | undefined): Generator<string | Uint8Array> {
  if (size === undefined) return yield block;
  const bytes = Buffer.from(block as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
