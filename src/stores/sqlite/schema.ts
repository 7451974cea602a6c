import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NotACacheError } from '../../base/errors.ts';
import type { Milliseconds } from '../../base/units.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { CODES, codeOf, type DatabaseSync, loadSqlite, transaction } from './driver.ts';

/** Marks a database as Reprise's: 'RPRS', in the header of the file (https://sqlite.org/fileformat2.html#application_id). */
export const APPLICATION_ID = 0x52505253;

/** One step for each schema version: the first makes version 1 of nothing, the next version 2 of version 1. */
const MIGRATIONS: readonly string[] = [
  `
  -- One row an entry. Rows are added at the end of the table, where many of a transaction share a page; large columns stand last, so that
  -- they are passed by where only the others are wanted. Long names are looked up by a number made of them (\`hashOf\`), as that is quicker
  -- to write and to find. AUTOINCREMENT: a key that was looked up never comes to mean another entry.
  CREATE TABLE entries (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id_hash INTEGER NOT NULL, tenant_hash INTEGER NOT NULL, scope_hash INTEGER NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, tenant TEXT NOT NULL, scope TEXT NOT NULL, model TEXT,
    created_at REAL NOT NULL, expires_at REAL, drop_at REAL, used_at REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL
  );
  CREATE INDEX entries_id ON entries (id_hash);
  CREATE INDEX entries_tenant ON entries (tenant_hash, created_at);
  CREATE INDEX entries_scope ON entries (scope_hash, created_at);
  CREATE INDEX entries_created ON entries (created_at);
  CREATE INDEX entries_expires ON entries (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX entries_drop ON entries (drop_at) WHERE drop_at IS NOT NULL;
  CREATE INDEX entries_used ON entries (used_at);
  CREATE TABLE lookups (key INTEGER NOT NULL, lookup TEXT NOT NULL, PRIMARY KEY (key, lookup)) WITHOUT ROWID;
  CREATE INDEX lookups_lookup ON lookups (lookup, key);
  CREATE TABLE tags (key INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (key, tag)) WITHOUT ROWID;
  CREATE INDEX tags_tag ON tags (tag, key);
  CREATE TABLE attributes (key INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key, name)) WITHOUT ROWID;
  CREATE INDEX attributes_value ON attributes (name, value, key);
  CREATE TABLE records (name TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counters VALUES ('record version', 0);
  -- What changed lately, for other processes; the newest row always stays, so that a number is never given twice.
  CREATE TABLE changes (seq INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL, ids TEXT NOT NULL);
  -- Who calls for what. The row of a lease that was released stays for a while, as it says whose log is the last one.
  CREATE TABLE leases (name TEXT PRIMARY KEY, fence INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
  -- What the holders of leases have written, where somebody reads it.
  CREATE TABLE log_pieces (name TEXT NOT NULL, fence INTEGER NOT NULL, seq INTEGER NOT NULL, at REAL NOT NULL, bytes BLOB NOT NULL);
  CREATE UNIQUE INDEX log_pieces_seq ON log_pieces (name, fence, seq);
  -- Who has the file open, and who has been told of nobody else.
  CREATE TABLE processes (id TEXT PRIMARY KEY, until REAL NOT NULL, alone INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE log_readers (name TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
  `,
];

/** The schema version that this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** What the write-ahead log is cut to when it is begun anew. */
export const LOG_BYTES = 2 ** 25;

/** An open database of the right schema, and whether it may be written. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly writable: boolean;
}

/**
 * Opens the file or makes it. A file that is not Reprise's, or of a newer schema, is a `NotACacheError` and stays as it is. Waits for
 * nobody: a file that others hold, or just make, is SQLite's error of a locked one.
 */
export function openDatabase(path: string): OpenDatabase {
  if (path === ':memory:') {
    const { DatabaseSync } = loadSqlite();
    const database = new DatabaseSync(':memory:');
    migrate(database, path);
    return { database, writable: true };
  }
  const file = resolve(path);
  const found = existsSync(file) && checkHeader(file);
  if (!found) makeFile(file);
  try {
    return openWritable(file);
  } catch (error) {
    const code = codeOf(error);
    if (code === CODES.notADatabase || code === CODES.corrupt) throw new NotACacheError(file, 'is damaged', { cause: error });
    if (code === CODES.readOnly || code === CODES.cannotOpen) return openReadOnly(file);
    throw error;
  }
}

function openWritable(file: string): OpenDatabase {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    migrate(database, file);
    // NORMAL with WAL: what was acknowledged outlives the process; a power cut may take the last moments, never the file.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${LOG_BYTES}; PRAGMA cache_size = -16384`);
    // Proves now that the file can be written, where a read-only one would show it only later.
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return { database, writable: true };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A file that may not be written can still be read, and where even SQLite's helper files cannot be made, as one that nobody changes. */
function openReadOnly(file: string): OpenDatabase {
  const { DatabaseSync } = loadSqlite();
  const immutable = pathToFileURL(file);
  immutable.searchParams.set('immutable', '1');
  let failure: unknown;
  for (const location of existsSync(`${file}-wal`) ? [file] : [file, immutable]) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(location, { readOnly: true });
      checkVersion(database, file);
      return { database, writable: false };
    } catch (error) {
      database?.close();
      failure = error;
    }
  }
  throw failure;
}

/** Brings the schema up to date; several processes may try at once, and one of them does it. */
function migrate(database: DatabaseSync, path: string): void {
  if (checkVersion(database, path) === SCHEMA_VERSION) return;
  transaction(database, () => {
    const version = checkVersion(database, path);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/** The schema version of the database. Throws when it is newer, or when the tables are somebody else's. */
function checkVersion(database: DatabaseSync, path: string): number {
  const application = numberOf(database, 'PRAGMA application_id');
  const version = numberOf(database, 'PRAGMA user_version');
  refuse(path, application, version, numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0);
  return version;
}

const numberOf = (database: DatabaseSync, sql: string): number => Number(Object.values(database.prepare(sql).get()!)[0]);

function refuse(path: string, application: number, version: number, empty: boolean): void {
  if (application !== APPLICATION_ID && !(application === 0 && version === 0 && empty)) {
    throw new NotACacheError(path, 'is a database of something else');
  }
  if (version > SCHEMA_VERSION) {
    throw new NotACacheError(path, `was written by a newer version of Reprise (schema ${version}, and ${SCHEMA_VERSION} is the newest known here)`);
  }
}

/** For how long after its last write a database without a name of its own may be one that another process is just making. */
const BEING_MADE: Milliseconds = 500;

/**
 * Looks at the file's first bytes without SQLite, which would already write to a database of somebody else: it recovers and removes
 * write-ahead logs. True when there is a database, false for an empty file.
 */
function checkHeader(file: string): boolean {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  let length: number;
  let age: Milliseconds;
  try {
    length = readSync(descriptor, header, 0, header.length, 0);
    age = Date.now() - fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
  }
  if (length === 0) return false;
  if (length < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw new NotACacheError(file, 'is no SQLite database');
  const [application, version] = [header.readUInt32BE(68), header.readUInt32BE(60)];
  // One that has never had a table is another process's first step, however long that takes there, or nobody's. A log may hold tables.
  const empty = header.readUInt32BE(40) === 0 && !existsSync(`${file}-wal`);
  if (application === 0 && version === 0 && !empty && age < BEING_MADE) throw Object.assign(new Error('the file is just being made'), { errcode: CODES.busy });
  refuse(file, application, version, empty);
  return true;
}

/** Makes the file and its folders, for nobody but its owner, as answers may be private. */
function makeFile(file: string): void {
  makePrivateFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
}
