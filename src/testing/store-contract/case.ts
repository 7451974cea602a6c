import assert from 'node:assert/strict';
import type { Entry, EntryHead } from '../../model/entry.ts';
import type { Query, Store } from '../../stores/store.ts';

/** What is known of the store beyond the contract. */
export interface ContractOptions {
  /** Makes a store upon what the closed store of the same case left. Without it the cases for lasting stores are left out. */
  readonly reopen?: () => Store | Promise<Store>;
}

/** One case: a store that is open and empty, and what it has to do. */
export interface StoreCase {
  readonly name: string;
  run(store: Store, tools: { reopen(): Promise<Store> }): Promise<void>;
}

/** A whole moment, so that stores that keep seconds show. */
export const T0 = 1_700_000_000_123;

/** An entry with everything in it that an entry can have. */
export function entryWith(members: Partial<Entry> & { readonly id: string }): Entry {
  return {
    v: 1,
    kind: 'llm',
    format: 'openai-chat',
    namespace: 'default',
    tenant: 'tenant-a',
    scope: 'scope-1',
    turns: 'turns-1',
    text: `What is ${members.id}?`,
    lookups: [`lookup-of-${members.id}`],
    attributes: { language: 'en' },
    tags: ['docs'],
    model: 'gpt-5',
    origin: 'provider',
    fields: { '/model': 'digest-1', '/messages/0/content': 'digest-2' },
    whole: { status: 200, headers: { 'content-type': 'application/json' }, body: bytesOf(`{"id":"${members.id.length}"}`) },
    usage: { input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5, reasoning: 6 },
    createdAt: T0,
    expiresAt: T0 + 60_000,
    dropAt: T0 + 90_000,
    vectors: {},
    ...members,
  };
}

/** An entry with nothing in it that an entry can lack. */
export function bareEntry(id: string): Entry {
  return {
    v: 1, id, kind: 'value', format: 'value', namespace: 'n', tenant: 't', scope: 's', lookups: [], attributes: {}, tags: [], origin: 'api', fields: {},
    stream: { status: 200, headers: {}, body: new Uint8Array() }, createdAt: 0, vectors: {},
  };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Every byte there is, `count` bytes in all; not UTF-8. */
export const everyByte = (count = 256): Uint8Array => Uint8Array.from({ length: count }, (_, at) => (at * 167 + (at >> 8)) & 255);

/** An entry with its bytes as plain arrays, as `Buffer` and `Uint8Array` of the same bytes are equal here. */
function plain(entry: Entry | undefined): unknown {
  if (!entry) return undefined;
  const recorded = (one: Entry['whole']) => one && { ...one, marks: one.marks && [...one.marks], body: [...one.body] };
  const { stream, whole, vectors, ...rest } = entry;
  const shown = {
    ...rest,
    stream: recorded(stream),
    whole: recorded(whole),
    vectors: Object.fromEntries(Object.entries(vectors).map(([name, bytes]) => [name, [...bytes]])),
  };
  // Absent and `undefined` are one.
  return JSON.parse(JSON.stringify(shown));
}

/** The store has this entry, member for member. */
export async function has(store: Store, entry: Entry): Promise<void> {
  const found = await store.get(entry.id);
  assert.ok(found, `get() finds ${entry.id.slice(0, 80)}`);
  assert.deepEqual(plain(found), plain(entry));
}

/** The store does not have this id. */
export async function lacks(store: Store, id: string): Promise<void> {
  assert.equal(await store.get(id), undefined);
}

/** Ids of what a query finds, in the order they came. */
export async function idsOf(store: Store, query: Query): Promise<string[]> {
  return (await headsOf(store, query)).map((head) => head.id);
}

export async function headsOf(store: Store, query: Query): Promise<EntryHead[]> {
  const found: EntryHead[] = [];
  for await (const head of store.find(query)) found.push(head);
  return found;
}

/** Stores all entries, one after the other. */
export async function fill(store: Store, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) await store.set(entry);
}

/** Names that have got file systems, databases and URLs into trouble. */
export const unsafeNames: readonly string[] = [
  'a/b', 'a\\b', '/etc/passwd', '..', '.', '../../up', 'C:\\x', 'con', 'NUL.txt', 'aux.json', 'x.', ' x ', 'UPPER', 'upper', 'ÄÖ', 'A\u0308',
  'nul\0inside', '\0', '\u{1F600}', '\uD800', '\uDFFF\uD800', '\uFFFE', '\uFFFEx', '\uFFFD', "'; DROP TABLE entries; --", '%2e%2e', '*', '?', '[a]', 'a:b',
  '__proto__', 'constructor', 'x'.repeat(5000), 'x'.repeat(5001), '\n', '~', '~a', '-rf', '.hidden', '.records', '{}', '',
];
