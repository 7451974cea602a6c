import { createHmac, hash } from 'node:crypto';

/** More parts than this are not told apart: what is left over is one digest at its place. */
const MAX_FIELDS = 300;
/** A member name longer than this is no parameter but content, which no field may keep. */
const MAX_NAME_LENGTH = 64;

/** What fields are made of. */
export interface FieldSource {
  /** The canonical request. */
  readonly root: unknown;
  /** More to tell apart beside it, by pointer: the URL, the headers. */
  readonly beside: readonly (readonly [pointer: string, value: string])[];
  /** Digests of different tenants, and of different stores, cannot be compared. */
  readonly secret: Uint8Array;
  readonly tenant: string;
  /** A value in one text, equal for equal values. */
  textOf(value: unknown): string;
}

/**
 * JSON pointers of all parts of a request, each with a keyed digest of its value (12 hex digits): enough to say which parts of two
 * requests differ, and nothing to read one from. Goes level by level, so that of a long conversation all parameters and the first
 * messages are told apart, and each later message as a whole.
 */
export function fieldsOf(source: FieldSource): Record<string, string> {
  const fields: Record<string, string> = {};
  // One HMAC for the key, then plain digests that begin with it: five times as fast as an HMAC each. Of a digest so much is cut off
  // that it cannot be carried on to one of a longer text.
  const key = createHmac('sha256', source.secret).update(`fields:${source.tenant}`).digest('hex');
  const digest = (pointer: string, text: string) => hash('sha256', `${key}${pointer.length}:${pointer}${text}`).slice(0, 12);

  for (const [pointer, value] of leavesOf(source.root)) fields[pointer] = digest(pointer, source.textOf(value));
  for (const [pointer, value] of source.beside) {
    // A body may have members of these names too.
    fields[pointer] = digest(pointer, `${fields[pointer] ?? ''}${value}`);
  }
  return fields;
}

/** At most `MAX_FIELDS` parts of a value that make up all of it. */
function leavesOf(root: unknown): [pointer: string, value: unknown][] {
  const leaves: [string, unknown][] = [];
  const open: [string, unknown][] = [['', root]];
  for (let at = 0; at < open.length; at++) {
    const [pointer, value] = open[at]!;
    const parts = partsOf(value);
    const isOpened = parts !== undefined && open.length - at - 1 + leaves.length + parts.length <= MAX_FIELDS;
    if (!isOpened) leaves.push([pointer, value]);
    else for (const [name, part] of parts) open.push([`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, part]);
  }
  return leaves;
}

/** The members of a plain object or an array; `undefined` for all else, for empty ones, and where names are content. */
function partsOf(value: unknown): [name: string, value: unknown][] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);
  if (!isPlain) return undefined;
  const parts = Object.entries(value);
  return parts.length === 0 || parts.some(([name]) => name.length > MAX_NAME_LENGTH) ? undefined : parts;
}
