import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** What came back over a socket. */
export interface RawReply {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/** Sends bytes as they are and reads until the server closes. Requests therefore say `connection: close` unless they are refused. */
export async function exchange(url: string, bytes: string | Buffer): Promise<RawReply> {
  const socket = await open(url);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return parse(Buffer.concat(chunks));
}

export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

export function parse(bytes: Buffer): RawReply {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, end === -1 ? bytes.length : end).toString('latin1');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: end === -1 ? Buffer.alloc(0) : bytes.subarray(end + 4) };
}

/** Reads from a socket until what came fits. */
export async function readUntil(socket: Socket, fits: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (fits(text)) return text;
  }
  return text;
}
