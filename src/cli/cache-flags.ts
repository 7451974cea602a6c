import type { Command } from 'commander';
import * as v from 'valibot';
import { OptionError } from '../base/errors.ts';
import { toMilliseconds } from '../base/units.ts';
import type { Cache } from '../server/langcache/caches.ts';
import { CliError } from './exit-codes.ts';
import { printable, spanText, timeText } from './output.ts';

/** What the flags of `caches create` and `caches update` say. */
export interface CacheFlags {
  readonly name?: string;
  readonly attributes?: string;
  readonly cacheTtl?: string;
  readonly threshold?: string;
  readonly strategies?: string;
  readonly maxEntries?: string;
  readonly judge?: string;
  readonly maxPrompt?: string;
}

export function addCacheFlags(command: Command): Command {
  return command
    .option('--name <text>', 'For people.')
    .option('--attributes <names>', 'Names that entries may have attributes under, by commas, 5 at most; any for any.')
    .option('--cache-ttl <duration>', 'How long entries live for which nobody says it: 30d, or forever.')
    .option('--threshold <number>', 'The lowest similarity of a semantic match, 0 to 1.')
    .option('--strategies <names>', 'What is searched by where a search does not say: semantic, exact, or both in their order, by commas.')
    .option('--max-entries <number>', 'The most entries, beyond which the oldest go; any for any number.')
    .option('--judge <on|off>', 'Whether guards and judge decide, or similarity alone.')
    .option('--max-prompt <number>', 'Characters of the longest prompt.');
}

/** Where each member of a cache is said on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  id: '<id>', name: '--name', attributes: '--attributes', ttlMillis: '--cache-ttl', similarityThreshold: '--threshold', searchStrategies: '--strategies',
  maxEntries: '--max-entries', judge: '--judge', maxPromptLength: '--max-prompt',
};

/** The flags as the admin API takes them; `null` for a limit that is taken away. */
export function cacheMembers(flags: CacheFlags): Record<string, unknown> {
  const { name, attributes, cacheTtl, threshold, strategies, maxEntries, judge, maxPrompt } = flags;
  return Object.fromEntries(
    Object.entries({
      name,
      attributes: attributes === 'any' ? null : listIn(attributes),
      ttlMillis: cacheTtl === 'forever' ? null : cacheTtl === undefined ? undefined : toMilliseconds(cacheTtl, '--cache-ttl'),
      similarityThreshold: numberOf(threshold),
      searchStrategies: listIn(strategies),
      maxEntries: maxEntries === 'any' ? null : numberOf(maxEntries),
      judge,
      maxPromptLength: numberOf(maxPrompt),
    }).filter(([, value]) => value !== undefined),
  );
}

/** What is checked as the admin API checks it, with the flag in the error. */
export function checkedMembers<Output>(schema: v.GenericSchema<unknown, Output>, members: Record<string, unknown>): Output {
  const { success, output, issues } = v.safeParse(schema, members, { abortEarly: true });
  if (success) return output;
  const [issue] = issues;
  const member = v.getDotPath(issue)?.split('.')[0] ?? '';
  throw new OptionError(FLAGS[member] ?? member, issue.message, members[member]);
}

const listIn = (text: string | undefined): string[] | undefined => text?.split(',').map((part) => part.trim()).filter((part) => part !== '');
const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : text.trim() === '' ? NaN : Number(text));

/** A cache for people. */
export const cacheRows = (cache: Cache): (readonly [string, string])[] => [
  ['id', printable(cache.id)],
  ['name', printable(cache.name)],
  ['attributes', cache.attributes ? cache.attributes.join(', ') || 'none' : 'any'],
  ['TTL', cache.ttlMillis === undefined ? 'forever' : spanText(cache.ttlMillis)],
  ['threshold', String(cache.similarityThreshold)],
  ['strategies', cache.searchStrategies.join(', ')],
  ['most entries', cache.maxEntries === undefined ? 'any number' : cache.maxEntries.toLocaleString('en')],
  ['judge', cache.judge],
  ['longest prompt', `${cache.maxPromptLength.toLocaleString('en')} characters`],
  ['created', timeText(cache.createdAt)],
];

export const noCache = (id: string): CliError => new CliError('failed', `There is no cache ${printable(id)}. Make it with reprise caches create.`, { code: 'NOT_FOUND' });
