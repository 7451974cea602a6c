import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CacheError } from '../base/errors.ts';
import { CliError, EXIT_CODES, exitCodeOf } from './exit-codes.ts';

/** A command's file puts its options and its action on the command. */
type Configure = (command: Command) => void;

/** Commands that have commands of their own. */
const GROUPS: Readonly<Record<string, string>> = {
  semantic: 'Tries matching by meaning on pairs and streams of questions.',
  caches: 'Manages the caches of the LangCache service.',
  keys: 'Manages the keys of the LangCache service.',
};

/** All commands; the first word of two names a group. The file of a command is loaded when it is used, so that `serve` starts fast. */
const COMMANDS: Readonly<Record<string, { usage: string; summary: string; load: () => Promise<{ configure: Configure }> }>> = {
  serve: { usage: 'serve', summary: 'Starts the caching proxy and the LangCache service.', load: () => import('./commands/serve.ts') },
  stats: { usage: 'stats', summary: 'Shows hits, misses, latencies, tokens and money saved, and what the store holds.', load: () => import('./commands/stats.ts') },
  list: { usage: 'list', summary: 'Lists entries, the newest first.', load: () => import('./commands/list.ts') },
  show: { usage: 'show <id>', summary: 'Shows one entry.', load: () => import('./commands/show.ts') },
  delete: { usage: 'delete [id...]', summary: 'Deletes entries by id or by what they have.', load: () => import('./commands/delete.ts') },
  clear: { usage: 'clear', summary: 'Deletes all entries, or all that fit.', load: () => import('./commands/clear.ts') },
  warm: { usage: 'warm <file>', summary: 'Asks the requests of a JSONL file that are not stored yet.', load: () => import('./commands/warm.ts') },
  prune: { usage: 'prune', summary: 'Deletes what may be forgotten.', load: () => import('./commands/prune.ts') },
  export: { usage: 'export [file]', summary: 'Writes entries to a JSONL file or to standard output.', load: () => import('./commands/export.ts') },
  import: { usage: 'import <file>', summary: 'Reads entries from a JSONL file.', load: () => import('./commands/import.ts') },
  explain: { usage: 'explain <file>', summary: 'Says whether a request would be a hit, and why not.', load: () => import('./commands/explain.ts') },
  review: { usage: 'review', summary: 'Shows answers that matching by meaning would have served beside those that were given, and asks which were wrong.', load: () => import('./commands/review.ts') },
  report: { usage: 'report', summary: 'Says what matching by meaning would have saved, and where it is in doubt.', load: () => import('./commands/report.ts') },
  feedback: { usage: 'feedback <said>', summary: 'Says of a hit by meaning that it was wrong or right.', load: () => import('./commands/feedback.ts') },
  'semantic score': { usage: 'score', summary: 'Says of pairs of questions which would be hits.', load: () => import('./commands/semantic-score.ts') },
  'semantic replay': { usage: 'replay', summary: 'Asks a stream of questions of an empty cache and counts right and wrong hits.', load: () => import('./commands/semantic-replay.ts') },
  'semantic explain': { usage: 'explain <stored> <asked>', summary: 'Says why a question would be served the answer of another, or not.', load: () => import('./commands/semantic-explain.ts') },
  calibrate: { usage: 'calibrate', summary: 'Measures rates of false hits on labelled pairs.', load: () => import('./commands/calibrate.ts') },
  reembed: { usage: 'reembed', summary: 'Gives entries the vectors of another embedder.', load: () => import('./commands/reembed.ts') },
  'caches create': { usage: 'create <id>', summary: 'Makes a cache.', load: () => import('./commands/caches-create.ts') },
  'caches list': { usage: 'list', summary: 'Lists the caches.', load: () => import('./commands/caches-list.ts') },
  'caches show': { usage: 'show <id>', summary: 'Shows one cache.', load: () => import('./commands/caches-show.ts') },
  'caches update': { usage: 'update <id>', summary: 'Changes a cache; what is not said stays.', load: () => import('./commands/caches-update.ts') },
  'caches delete': { usage: 'delete <id>', summary: 'Deletes a cache with all its entries, and revokes its keys.', load: () => import('./commands/caches-delete.ts') },
  'keys create': { usage: 'create [cache]', summary: 'Makes a key of one cache, or of the admin API.', load: () => import('./commands/keys-create.ts') },
  'keys list': { usage: 'list', summary: 'Lists the keys, without the keys themselves.', load: () => import('./commands/keys-list.ts') },
  'keys revoke': { usage: 'revoke <id>', summary: 'Revokes a key.', load: () => import('./commands/keys-revoke.ts') },
  doctor: { usage: 'doctor', summary: 'Checks Node, the store, the disk and the providers.', load: () => import('./commands/doctor.ts') },
  demo: { usage: 'demo', summary: 'Shows what it does, against a slow provider of its own.', load: () => import('./commands/demo.ts') },
};

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('reprise')
    .description('A cache for answers of large language models.')
    .version(version(), '--version', 'Shows the version.')
    .helpOption('-h, --help', 'Shows this help, or that of a command.')
    .helpCommand('help [command]', 'Shows the help of a command.')
    .configureOutput({ outputError: (text, write) => (wantsJson(argv) ? undefined : write(text.replace(/^error: /, 'reprise: '))) })
    .exitOverride();
  const words = argv.filter((argument) => !argument.startsWith('-') && argument !== 'help');
  const groups = new Map<string, Command>();
  const add = (to: Command, usage: string, summary: string) => to.command(usage).summary(summary).description(summary).helpOption('-h, --help', 'Shows this help.').exitOverride();
  for (const [name, { usage, summary, load }] of Object.entries(COMMANDS)) {
    const path = name.split(' ');
    const group = path.length > 1 ? path[0]! : undefined;
    if (group !== undefined && !groups.has(group)) groups.set(group, add(program, group, GROUPS[group]!).helpCommand('help [command]', 'Shows the help of a command.'));
    const command = add(group === undefined ? program : groups.get(group)!, usage, summary);
    if (path.every((word, at) => words[at] === word)) (await load()).configure(command);
  }
  await program.parseAsync(argv, { from: 'user' });
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

const wantsJson = (argv: readonly string[]): boolean => argv.includes('--json');

/** Says what went wrong, for people or, with `--json`, for machines. A fault of the program itself comes with its stack. */
function report(error: unknown, json: boolean): void {
  const ours = error instanceof CliError || error instanceof CacheError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { code: ours ? error.code : 'UNEXPECTED', message } })}\n`);
  else process.stderr.write(`reprise: ${ours || !(error instanceof Error) ? message : error.stack}\n`);
}

/** Runs one command line to its end and sets the exit code. Never rejects. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Whoever reads the output may have enough of it, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT_CODES.failed.code));
  try {
    await main(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what it is, in words; and where no command was given, it has shown the help.
      if (error.exitCode !== 0 && error.code !== 'commander.help' && wantsJson(argv)) report(new CliError('usage', error.message.replace(/^error: /, '')), true);
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage.code;
    } else {
      report(error, wantsJson(argv));
      process.exitCode = exitCodeOf(error);
    }
  }
}
