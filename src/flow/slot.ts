import { LRUCache } from 'lru-cache';
import type { Ask } from './ask.ts';
import type { Parts } from './parts.ts';

const turns = new WeakMap<Parts, LRUCache<string, number>>();

/**
 * The id under which this request is looked up: its key's own, or, where several samples are kept, that of the sample whose turn it
 * is. Whose turn it is is counted in this process. Where answers do not vary, one is kept.
 */
export function slotFor(ask: Ask, parts: Parts): string {
  const { id, facts } = ask.identity;
  const { samples } = parts.options;
  if (samples === 1 || !facts.varies) return id;
  let turn = turns.get(parts);
  if (!turn) turns.set(parts, (turn = new LRUCache({ max: 10_000 })));
  const at = turn.get(id) ?? 0;
  turn.set(id, (at + 1) % samples);
  return sampleOf(id, at);
}

const sampleOf = (id: string, at: number): string => (at === 0 ? id : `${id}-${at}`);

/** The ids of all samples that may be kept for a key. */
export const samplesOf = (id: string, samples: number): string[] => Array.from({ length: samples }, (_, at) => sampleOf(id, at));
