import type { Identity } from '../model/key.ts';
import type { EntryHead } from '../model/entry.ts';
import type { Format } from '../providers/format.ts';
import type { Parts } from './parts.ts';

/** Why a request would be a hit or a miss. */
export interface Explanation {
  readonly hit: boolean;
  readonly id: string;
  /** Why it is no hit although an entry is stored under its id, or why it is never looked up. */
  readonly why?: string;
  /** On a miss: the stored request of the same tenant that differs in the fewest fields. */
  readonly nearest?: { readonly id: string; readonly createdAt: number; readonly model?: string; readonly differs: readonly Difference[] };
}

/** One field in which two requests differ, by its JSON pointer. Values are not kept and so cannot be shown. */
export interface Difference {
  readonly field: string;
  readonly how: 'changed' | 'only in this request' | 'only in the stored one';
}

/** How many stored requests are looked at at most, the newest of all. */
const LOOKED_AT = 5000;

export interface Explained {
  readonly identity: Identity;
  readonly tenant: string;
  readonly namespace: string;
  readonly format: Format;
}

/** Looks for the request among what is stored, and for what comes nearest. */
export async function explainMiss({ identity, tenant, namespace, format }: Explained, parts: Parts): Promise<Explanation> {
  const { id, facts } = identity;
  if (facts.bypass !== undefined) return { hit: false, id, why: `it is never stored: ${facts.bypass}` };
  const entry = await parts.store.get(id);
  const expired = entry?.expiresAt !== undefined && parts.clock.now() >= entry.expiresAt;
  if (entry && !expired) return { hit: true, id };
  if (entry) return { hit: false, id, why: `its entry expired at ${new Date(entry.expiresAt!).toISOString()}` };

  const { fields } = identity.key();
  let nearest: { head: EntryHead; differs: Difference[] } | undefined;
  let looked = 0;
  for await (const head of parts.store.find({ tenant, namespace, kind: 'llm', newestFirst: true })) {
    if (head.format !== format.name) continue;
    if (++looked > LOOKED_AT) break;
    const differs = difference(fields, head.fields);
    if (!nearest || differs.length < nearest.differs.length) nearest = { head, differs };
  }
  if (!nearest) return { hit: false, id, why: 'nothing of this kind is stored for this tenant' };
  const { head, differs } = nearest;
  return { hit: false, id, nearest: { id: head.id, createdAt: head.createdAt, ...(head.model !== undefined && { model: head.model }), differs } };
}

function difference(here: Readonly<Record<string, string>>, there: Readonly<Record<string, string>>): Difference[] {
  const differs: Difference[] = [];
  for (const field in here) {
    if (!Object.hasOwn(there, field)) differs.push({ field, how: 'only in this request' });
    else if (here[field] !== there[field]) differs.push({ field, how: 'changed' });
  }
  for (const field in there) if (!Object.hasOwn(here, field)) differs.push({ field, how: 'only in the stored one' });
  return differs;
}
