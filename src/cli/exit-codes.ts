import { CacheError, type ErrorCode, OptionError } from '../base/errors.ts';

/** What the command line ends with. `docs/cli.md` lists the same; a test compares the two. */
export const EXIT_CODES = {
  ok: { code: 0, means: 'Everything that was asked for was done.' },
  failed: { code: 1, means: 'Something could not be done: a check or a request failed, an entry was not found, a line is not what it should be.' },
  usage: { code: 2, means: 'The command line was not understood, or a confirmation was needed and nobody could be asked.' },
  configuration: { code: 3, means: 'A setting cannot be used, the store cannot be opened, or the port is taken.' },
} as const;

export type Exit = keyof typeof EXIT_CODES;

/** Ends a command with a message and an exit code. */
export class CliError extends Error {
  readonly exit: Exit;
  /** As `--json` shows it. */
  readonly code: string;
  constructor(exit: Exit, message: string, options?: ErrorOptions & { code?: string }) {
    super(message, options);
    this.name = 'CliError';
    this.exit = exit;
    this.code = options?.code ?? exit.toUpperCase();
  }
}

const CONFIGURATION: readonly ErrorCode[] = ['INVALID_OPTION', 'STORE_FAILED', 'STORE_UNKNOWN', 'NOT_A_CACHE', 'PEER_MISSING', 'MODEL_UNUSABLE', 'CALIBRATION_MISSING'];

/** The exit code for an error, whoever threw it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return EXIT_CODES[error.exit].code;
  if (error instanceof OptionError && /^(?:--|<)/.test(error.option)) return EXIT_CODES.usage.code;   // a flag or an argument, no setting
  if (error instanceof CacheError && CONFIGURATION.includes(error.code)) return EXIT_CODES.configuration.code;
  return EXIT_CODES.failed.code;
}
