/**
 * What can go wrong in a LangCache service, and how that is called on the wire. SDKs check `type` against closed lists, and there are two generations
 * of them: an unknown one makes an SDK throw its validation error in place of the right class. Sources: the types of `@redis-ai/langcache` 0.11.1
 * and of `langcache` 0.11.1 and 0.14.0 for Python.
 */

/** `older`: SDKs up to 0.11. `newer`: from 0.12 on, and who does not say. */
export type Generation = 'older' | 'newer';

export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 413 | 424 | 429 | 500;
  readonly title: string;
  /** The `type` of the error document. */
  readonly older: string;
  readonly newer: string;
}

const problem = (status: Problem['status'], title: string, older: string, newer: string = older): Problem => ({
  status,
  title,
  older: `/errors/${older}`,
  newer: `/errors/${newer}`,
});

/** Every kind of error that a service answers with. */
export const PROBLEMS = {
  'invalid-data': problem(400, 'Invalid request', 'invalid-data'),
  'authentication-failed': problem(401, 'Authentication failed', 'authentication-failed'),
  'insufficient-permissions': problem(403, 'Insufficient permissions', 'insufficient-permissions'),
  'resource-not-found': problem(404, 'Not found', 'resource/not-found', 'resource-not-found'),
  'cache-not-found': problem(404, 'Cache not found', 'cache/not-found', 'resource-not-found'),
  'entry-not-found': problem(404, 'Entry not found', 'cache/entry/not-found', 'resource-not-found'),
  'token-not-found': problem(404, 'Key not found', 'token/not-found', 'resource-not-found'),
  'payload-too-large': problem(413, 'Payload too large', 'payload-too-large'),
  'database-unavailable': problem(424, 'Database unavailable', 'database/resource-database-unavailable', 'resource-unavailable'),
  'database-out-of-memory': problem(424, 'Database out of memory', 'database/out-of-memory', 'database-out-of-memory'),
  'embeddings-unauthorized': problem(424, 'Embedder refused the key', 'embeddings/unauthorized', 'resource-unavailable'),
  // The older list has no embedder that is down; this is the one after which clients wait and try again.
  'embeddings-unavailable': problem(424, 'Embedder unavailable', 'embeddings/too-many-requests', 'resource-unavailable'),
  'index-not-found': problem(424, 'Index not found', 'cache/index-not-found', 'resource-unavailable'),
  'too-many-requests': problem(429, 'Too many requests', 'too-many-requests'),
  'unexpected-error': problem(500, 'Unexpected error', 'unexpected-error'),
  'cache-authentication': problem(500, 'Unexpected error', 'cache/authentication', 'unexpected-error'),
  'cache-unexpected-error': problem(500, 'Unexpected error', 'cache/unexpected-error', 'unexpected-error'),
  'embeddings-unexpected-error': problem(500, 'Unexpected error', 'embeddings/unexpected-error', 'unexpected-error'),
} as const satisfies Record<string, Problem>;

export type ProblemName = keyof typeof PROBLEMS;

/** Which generation of error types a caller knows, by its `User-Agent`: `speakeasy-sdk/python 0.11.1 2.755.6 langcache`. */
export function generationOf(userAgent: string | undefined): Generation {
  const [, major, minor] = /^speakeasy-sdk\/(?:typescript|python) (\d+)\.(\d+)\.\S+ .*\blangcache$/.exec(userAgent ?? '') ?? [];
  return major !== undefined && Number(major) === 0 && Number(minor) < 12 ? 'older' : 'newer';
}
