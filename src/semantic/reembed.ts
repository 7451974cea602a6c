import type { Entry, Fingerprint } from '../model/entry.ts';
import type { EmbeddedText } from '../embedders/many.ts';
import type { Store } from '../stores/store.ts';
import { normalForm } from './normal-form.ts';
import { bytesOf } from './vector-bytes.ts';

/** What became of the entries that have a text. */
export interface Reembedded {
  /** Got a vector, or had one that the store did not search and does now. */
  embedded: number;
  /** Had one already. */
  present: number;
  /** Are never matched by meaning (questions about now, about the one who asks, too long), or in a language that the embedder does not know. */
  excluded: number;
  /** Texts that the embedder would not take. */
  refused: number;
  /** Were deleted, replaced by another question, or could not be read any more. */
  gone: number;
  /** Lost vectors of other embedders. */
  dropped: number;
}

export interface ReembedOptions {
  readonly fingerprint: Fingerprint;
  /** Gives texts their vectors, in order. Absent: none is needed, and only old ones are dropped. */
  readonly embed?: ((texts: AsyncIterable<string>) => AsyncIterable<EmbeddedText>) | undefined;
  /** Which of some entries have a vector that the store does not search, as it could not when they were stored. Writing them anew helps. */
  readonly unsearched?: ((ids: readonly string[]) => Promise<readonly string[]>) | undefined;
  /** True for texts that get no vector. */
  readonly excluded: (text: string) => boolean;
  /** Whether vectors of other fingerprints are taken away. */
  readonly dropOld: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((report: Readonly<Reembedded>) => void) | undefined;
}

/** Writes that are under way at a time: stores commit several at once. */
const AT_A_TIME = 32;
/** Of so many entries that have a vector it is asked at a time whether the store searches it. */
const LOOKED_AT = 200;

/**
 * Gives every entry with a text a vector of one embedder. What has one is left, so that a run that was broken off goes on where it ended. Before an
 * entry is written it is read again, and written as it then is, with its vectors changed and nothing else; one that is gone or has another
 * text by then is left alone. Fails with the embedder's or the store's error; what was written until then stays.
 */
export async function reembed(store: Store, options: ReembedOptions): Promise<Reembedded> {
  const { fingerprint, embed, unsearched, excluded, dropOld, signal, onProgress = () => {} } = options;
  const done: Reembedded = { embedded: 0, present: 0, excluded: 0, refused: 0, gone: 0, dropped: 0 };
  const sent: { readonly id: string; readonly text: string }[] = [];

  /** Writes the entry as it is now, with other vectors. */
  async function write(id: string, text: string, more: Entry['vectors']): Promise<boolean> {
    const entry = await store.get(id);
    if (!entry || entry.text !== text) return false;
    const vectors = { ...(dropOld ? only(entry.vectors, fingerprint) : entry.vectors), ...more };
    await store.set({ ...entry, vectors });
    if (Object.keys(entry.vectors).some((name) => !Object.hasOwn(vectors, name))) done.dropped++;
    return true;
  }

  /** Entries that have a vector, and their texts. */
  const having = new Map<string, string>();
  /** Writes those anew whose vectors the store does not search yet. */
  async function search(): Promise<void> {
    const some = new Map(having);
    having.clear();
    if (!unsearched || some.size === 0) return;
    for (const id of await unsearched([...some.keys()])) {
      signal?.throwIfAborted();
      if (!(await write(id, some.get(id)!, {}))) continue;
      done.present--;
      done.embedded++;
    }
  }

  /** The texts that lack a vector; those that do not are counted on the way. */
  async function* lacking(): AsyncGenerator<string> {
    for await (const { id, text } of store.find({ kind: 'llm' })) {
      signal?.throwIfAborted();
      if (text === undefined) continue;
      const entry = await store.get(id);
      if (!entry || entry.text !== text) done.gone++;
      else if (embed && !Object.hasOwn(entry.vectors, fingerprint) && !excluded(text)) {
        sent.push({ id, text });
        yield normalForm(text);
        continue;
      } else {
        const isOld = Object.keys(entry.vectors).some((name) => name !== fingerprint);
        if (Object.hasOwn(entry.vectors, fingerprint)) {
          done.present++;
          having.set(id, text);
        } else done.excluded++;
        if (dropOld && isOld) await write(id, text, {});
        if (having.size >= LOOKED_AT) await search();
      }
      onProgress(done);
    }
    await search();
  }

  async function settle({ vector }: EmbeddedText, { id, text }: (typeof sent)[number]): Promise<void> {
    if (!vector) done.refused++;
    else if (await write(id, text, { [fingerprint]: bytesOf(vector) })) done.embedded++;
    else done.gone++;
    onProgress(done);
  }

  let underWay: Promise<void>[] = [];
  try {
    if (!embed) for await (const _ of lacking());
    else for await (const embedded of embed(lacking())) {
      const settling = settle(embedded, sent.shift()!);
      settling.catch(() => {});   // told below
      underWay.push(settling);
      if (underWay.length < AT_A_TIME) continue;
      await Promise.all(underWay);
      underWay = [];
    }
    await Promise.all(underWay);
  } finally {
    // Where one write or the embedder failed, the others are seen to their end.
    await Promise.allSettled(underWay);
  }
  return done;
}

const only = (vectors: Entry['vectors'], name: Fingerprint): Entry['vectors'] => (Object.hasOwn(vectors, name) ? { [name]: vectors[name]! } : {});
