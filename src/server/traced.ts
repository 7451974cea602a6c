import type { PlainReply } from './http.ts';

/** A reply of what stands before a further API, with a name for its request as that API's own replies have it. */
export function traced(reply: PlainReply): PlainReply {
  const requestId = crypto.randomUUID();
  const headers = Array.isArray(reply.headers) ? (reply.headers as readonly string[]) : Object.entries(reply.headers).flat();
  return { ...reply, headers: [...headers, 'x-request-id', requestId], trace: { requestId } };
}
