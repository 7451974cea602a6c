import type { Form } from '../../model/entry.ts';
import type { Settled } from '../../model/outcome.ts';

/** What is said of an answer before its bytes. */
export interface LoggedHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Form;
  /** Stands for the credential of the call. */
  readonly credential?: string;
}

/** What the process that calls tells the others, one after the other. */
export type Frame =
  | { readonly is: 'head'; readonly head: LoggedHead }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** All bytes have come. */
  | { readonly is: 'end' }
  /** No more bytes will come, although there should be. */
  | { readonly is: 'broken'; readonly why: string }
  /** The answer may not be shared, or there is none: whoever follows asks for itself. */
  | { readonly is: 'alone' }
  /** The answer has been stored or not. */
  | { readonly is: 'settled'; readonly settled: Settled };

const KINDS = ['head', 'bytes', 'end', 'broken', 'alone', 'settled'] as const;
/** The fence before the frames, and kind and length before each frame. */
const PIECE_HEADER = 8;
const FRAME_HEADER = 5;

/** Frames as one piece of a log, under the fence of its holder. */
export function encodePiece(fence: number, frames: readonly Frame[]): Uint8Array {
  const payloads = frames.map(payloadOf);
  const piece = Buffer.allocUnsafe(payloads.reduce((length, payload) => length + FRAME_HEADER + payload.byteLength, PIECE_HEADER));
  let at = piece.writeDoubleBE(fence);
  for (const [number, payload] of payloads.entries()) {
    at = piece.writeUInt8(KINDS.indexOf(frames[number]!.is), at);
    at = piece.writeUInt32BE(payload.byteLength, at);
    piece.set(payload, at);
    at += payload.byteLength;
  }
  return piece;
}

/** Reads a piece back. Throws when it is none. */
export function decodePiece(bytes: Uint8Array): { readonly fence: number; readonly frames: readonly Frame[] } {
  const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fence = piece.readDoubleBE(0);
  const frames: Frame[] = [];
  for (let at = PIECE_HEADER; at < piece.byteLength; ) {
    const kind = KINDS[piece.readUInt8(at)];
    const begin = at + FRAME_HEADER;
    at = begin + piece.readUInt32BE(at + 1);
    if (!kind || at > piece.byteLength) throw new Error('a piece of a log is damaged');
    frames.push(frameOf(kind, piece.subarray(begin, at)));
  }
  return { fence, frames };
}

const nothing = new Uint8Array();

function payloadOf(frame: Frame): Uint8Array {
  if (frame.is === 'bytes') return frame.bytes;
  if (frame.is === 'head') return Buffer.from(JSON.stringify(frame.head));
  if (frame.is === 'settled') return Buffer.from(JSON.stringify(frame.settled));
  return frame.is === 'broken' ? Buffer.from(frame.why) : nothing;
}

function frameOf(kind: (typeof KINDS)[number], payload: Buffer): Frame {
  if (kind === 'bytes') return { is: kind, bytes: payload };
  if (kind === 'head') return { is: kind, head: JSON.parse(payload.toString()) as LoggedHead };
  if (kind === 'settled') return { is: kind, settled: JSON.parse(payload.toString()) as Settled };
  return kind === 'broken' ? { is: kind, why: payload.toString() } : { is: kind };
}
