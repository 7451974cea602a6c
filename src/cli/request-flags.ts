import type { Command } from 'commander';
import { CliError } from './exit-codes.ts';
import { nearestEnv } from './nearest-env.ts';
import { printable } from './output.ts';
import { KEY_VARIABLES, type RequestContext } from './request-file.ts';
import type { Settings } from './settings.ts';

/** Flags that say what the words in a request file mean. */
export interface RequestFlags {
  readonly header?: readonly string[];
  readonly env?: readonly string[];
  readonly allowOrigin?: readonly string[];
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function addRequestFlags(command: Command): Command {
  return command
    .option('--header <line>', "A header for every request: 'authorization: Bearer $OPENAI_API_KEY'. May be given several times.", collect)
    .option('--env <name>', `An environment variable that headers may refer to, besides ${KEY_VARIABLES.join(' and ')}.`, collect)
    .option('--allow-origin <origin>', 'An origin that requests may go to, besides those of the settings.', collect);
}

export function requestContext(flags: RequestFlags, settings: Settings): RequestContext {
  const headers: Record<string, string> = {};
  for (const line of flags.header ?? []) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([^\r\n]*)$/.exec(line);
    if (!match) throw new CliError('usage', `--header must be like 'name: value', but is ${printable(line)}.`);
    headers[match[1]!.toLowerCase()] = match[2]!;
  }
  const env = { ...nearestEnv(process.cwd())?.values, ...process.env };
  return { settings, headers, variables: flags.env ?? [], origins: flags.allowOrigin ?? [], env };
}
