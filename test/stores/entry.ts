import type { Entry } from '../../src/model/entry.ts';

/** A plain entry for tests that care about one or two members. */
export const entryOf = (id: string, members: Partial<Entry> = {}): Entry => ({
  v: 1,
  id,
  kind: 'llm',
  format: 'openai-chat',
  namespace: 'default',
  tenant: 'tenant',
  scope: 'scope',
  lookups: [],
  attributes: {},
  tags: [],
  origin: 'provider',
  fields: {},
  whole: { status: 200, headers: {}, body: new TextEncoder().encode(`answer of ${id}`) },
  createdAt: 1_700_000_000_000,
  vectors: {},
  ...members,
});
