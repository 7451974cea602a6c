import type { Bytes, Milliseconds } from '../../base/units.ts';
import type { Entry } from '../../model/entry.ts';
import type { EncodedEntry } from '../codec.ts';
import type { ChangeLog } from './changes.ts';
import { hashOf, type StatementSync, toValue } from './driver.ts';

type Prepare = (sql: string) => StatementSync;

/** Deletes all rows of an entry. */
export function removeRow(prepare: Prepare, key: number): void {
  removeNames(prepare, key);
  prepare('DELETE FROM entries WHERE key = ?').run(key);
}

function removeNames(prepare: Prepare, key: number): void {
  for (const table of ['tags', 'lookups', 'attributes']) prepare(`DELETE FROM ${table} WHERE key = ?`).run(key);
}

/** Writes all rows of an entry, in the place of those of the same id. */
export function putRow(
  prepare: Prepare,
  changes: ChangeLog,
  entry: Entry,
  { head, body }: EncodedEntry,
  now: Milliseconds,
  maxBytes: Bytes,
): void {
  const [id, idHash] = [toValue(entry.id), hashOf(entry.id)];
  const found = prepare('SELECT key FROM entries WHERE id_hash = ? AND id = ?').get(idHash, id) as unknown as readonly number[] | undefined;
  changes.note('set', entry.id);
  if (head.byteLength + body.byteLength > maxBytes / 2) {
    if (found) removeRow(prepare, found[0]!);
    return;
  }
  if (found) removeNames(prepare, found[0]!);
  const { lastInsertRowid: key } = prepare(`INSERT OR REPLACE INTO entries
    (key, id_hash, tenant_hash, scope_hash, id, kind, namespace, tenant, scope, model, created_at, expires_at, drop_at, used_at, head, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(found?.[0] ?? null, idHash, hashOf(entry.tenant), hashOf(entry.scope), id, entry.kind, toValue(entry.namespace), toValue(entry.tenant),
      toValue(entry.scope), entry.model === undefined ? null : toValue(entry.model), entry.createdAt, entry.expiresAt ?? null, entry.dropAt ?? null,
      now, head, body);
  for (const lookup of entry.lookups) prepare('INSERT OR IGNORE INTO lookups VALUES (?, ?)').run(key, toValue(lookup));
  for (const tag of entry.tags) prepare('INSERT OR IGNORE INTO tags VALUES (?, ?)').run(key, toValue(tag));
  for (const [name, value] of Object.entries(entry.attributes)) {
    prepare('INSERT INTO attributes VALUES (?, ?, ?)').run(key, toValue(name), toValue(value));
  }
}
