import { CliError } from './exit-codes.ts';

/** Asks a person before something is done that cannot be undone. Where nobody can be asked, `--yes` has to be said. */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new CliError('usage', `${question} Say --yes to do so, or --dry-run to see how many.`, { code: 'NOT_CONFIRMED' });
  const { confirm } = await import('@clack/prompts');
  return (await confirm({ message: question, initialValue: false, output: process.stderr })) === true;
}
