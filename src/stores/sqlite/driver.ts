import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A value as SQLite keeps it. */
export type Value = null | number | string | Uint8Array;
/** A row as an array, in the order of the columns. */
export type Row = readonly Value[];

/**
 * Node's own SQLite, loaded on first use. Older Nodes announce it as experimental each time; that one warning is left out, as nobody who
 * uses a cache can do anything about it.
 */
export function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    const kind: unknown = typeof rest[0] === 'object' && rest[0] !== null ? (rest[0] as { type?: unknown }).type : rest[0];
    if (kind !== 'ExperimentalWarning' || !String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Primary result codes of SQLite that are told apart here (https://sqlite.org/rescode.html). */
export const CODES = { busy: 5, locked: 6, readOnly: 8, corrupt: 11, cannotOpen: 14, notADatabase: 26 } as const;

/** SQLite's primary result code of an error, or `undefined` when it is no error of SQLite's. */
export function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** True when somebody else holds the file. */
export const isBusy = (error: unknown): boolean => codeOf(error) === CODES.busy || codeOf(error) === CODES.locked;

/** A statement that is compiled on first use and gives rows as arrays. */
export function statements(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      statement.setReturnArrays(true);
      prepared.set(sql, statement);
    }
    return statement;
  };
}

/** Runs `work` as one transaction that nobody else writes into. All of it happens or nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself after some errors, and then there is nothing left to roll back.
    }
    throw error;
  }
}

const ESCAPED = '\uFFFE';

/** A string as a value that SQLite compares rightly. UTF-8 cannot carry lone surrogates, so that such strings are escaped. */
export const toValue = (text: string): string =>
  text.isWellFormed() && !text.startsWith(ESCAPED) ? text : ESCAPED + JSON.stringify(text).slice(1, -1);

/** Turns `toValue` back. */
export const fromValue = (text: string): string => (text.startsWith(ESCAPED) ? (JSON.parse(`"${text.slice(1)}"`) as string) : text);

/** A text column that was cast to a blob, as Node cuts texts off at a NUL in some versions. */
export const textOf = (value: Value | undefined): string => fromValue(Buffer.from(value as Uint8Array).toString());

/** A number of 52 bits by which a name is looked up: the begin of a SHA-256 in hexadecimal, as most names are, or of the name's own. */
export function hashOf(name: string): number {
  const begin = name.length === 64 ? Number(`0x${name.slice(0, 13)}`) : NaN;
  return Number.isNaN(begin) ? Number(`0x${hash('sha256', toValue(name)).slice(0, 13)}`) : begin;
}

/** Lets other work happen between two steps of a long one. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
