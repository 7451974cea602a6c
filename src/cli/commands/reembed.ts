import type { Command } from 'commander';
import { EmbedderError } from '../../base/errors.ts';
import { steadyEmbedder } from '../../embedders/steady.ts';
import { openEmbedder } from '../../embedders/open.ts';
import type { EmbeddedText } from '../../embedders/many.ts';
import { isTimeBound } from '../../flow/time-bound/time-bound.ts';
import { modelFolder } from '../../semantic/bundled.ts';
import { exclusion } from '../../semantic/exclusion.ts';
import { bundledFinder } from '../../semantic/finder.ts';
import { type Reembedded, reembed as reembedAll, type ReembedOptions } from '../../semantic/reembed.ts';
import type { ResolvedSemantic } from '../../semantic/semantic-options.ts';
import type { Store } from '../../stores/store.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { count, note, printable, say, sayJson } from '../output.ts';
import { withProgress } from '../progress.ts';
import { addModel, type SemanticFlags, semanticOf } from '../semantic-flags.ts';
import { addSettings, readSettings } from '../settings.ts';

interface Flags extends SemanticFlags {
  readonly dropOld?: true;
}

export function configure(command: Command): void {
  addModel(addSettings(command, ['store', 'embedder']))
    .description('Gives every entry that has a text a vector of the embedder, where it has none, while the store may be in use. What was done stays where it is broken off, and another run goes on from there.')
    .option('--drop-old', 'Takes away the vectors of other embedders.')
    .option('--json', 'As a JSON object.')
    .action(reembed);
}

/** An embedder as this command uses it. */
interface Opened extends Pick<ReembedOptions, 'fingerprint' | 'embed' | 'excluded'> {
  readonly close: () => Promise<void>;
}

async function reembed(flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const options = semanticOf(flags);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new CliError('failed', 'Broken off. Another run goes on from here.', { code: 'BROKEN_OFF' }));
  process.once('SIGINT', onSignal);
  let done: Reembedded | undefined;
  let fingerprint = '';
  try {
    await withStore(settings, { mustExist: true }, async (store) => {
      const opened = await open(options, store, stop.signal);
      ({ fingerprint } = opened);
      try {
        if (!opened.embed) note('The bundled embedder makes vectors as they are needed, and none is kept with the entries of this store.');
        const { entries } = await store.size();
        const { search } = await store.open();
        const unsearched = search?.unsearched && ((ids: readonly string[]) => search.unsearched!(ids, fingerprint));
        done = await withProgress('Embedding', entries, (advance) => reembedAll(store, { ...opened, unsearched, dropOld: flags.dropOld === true, signal: stop.signal, onProgress: (report) => advance(totalOf(report)) }));
      } finally {
        await opened.close();
      }
    });
  } finally {
    process.off('SIGINT', onSignal);
  }
  if (!done) return;
  if (flags.json) return sayJson({ fingerprint, ...done });
  const rest = [['had one', done.present], ['are never matched', done.excluded], ['were refused', done.refused], ['were gone', done.gone]] as const;
  say(`${count(done.embedded, 'entry', 'entries')} got a vector of ${printable(fingerprint)}${rest.filter(([, many]) => many > 0).map(([what, many]) => `, ${many} ${what}`).join('')}.`);
  if (done.dropped > 0) say(`${count(done.dropped, 'entry', 'entries')} lost vectors of other embedders.`);
}

const totalOf = ({ embedded, present, excluded, refused, gone }: Readonly<Reembedded>): number => embedded + present + excluded + refused + gone;

async function open(options: ResolvedSemantic, store: Store, signal: AbortSignal): Promise<Opened> {
  const excludedBy = exclusion(options, isTimeBound);
  const embedder = typeof options.embedder === 'string' ? openEmbedder(options.embedder) : options.embedder;
  if (embedder) {
    const steady = steadyEmbedder(embedder, { timeout: options.timeout });
    // As the cache has it: the name alone may say less, and vectors kept under it would never be read.
    const fingerprint = await steady.fingerprint().catch(async (error: unknown) => {
      await steady.close();
      throw error;
    });
    return {
      fingerprint,
      embed: (texts) => steady.embedMany(texts, { signal }),
      excluded: (text) => excludedBy(text) !== undefined || embedder.knows?.(text).known === false,
      close: () => steady.close(),
    };
  }
  const finder = await bundledFinder(modelFolder(options.model).finder);
  const { search } = await store.open();
  return {
    fingerprint: finder.fingerprint,
    embed: search && bundled,
    excluded: (text) => excludedBy(text) !== undefined,
    close: () => finder.close(),
  };

  async function* bundled(texts: AsyncIterable<string>): AsyncGenerator<EmbeddedText> {
    for await (const text of texts) {
      signal.throwIfAborted();
      const placed = await finder.place(text, signal);
      if ('vector' in placed) yield { text, vector: placed.vector };
      else yield { text, error: new EmbedderError('text', placed.why) };
    }
  }
}
