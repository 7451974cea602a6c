/** Told how many are done. */
export type Advance = (done: number) => void;

/** The exit code of a process that was broken off by Ctrl-C. */
const BROKEN_OFF = 130;

/**
 * Shows on the terminal how far `work` has come; where standard error is none, nothing at all. The library is loaded only for a bar that is
 * shown.
 */
export async function withProgress<T>(title: string, total: number, work: (advance: Advance) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY || total === 0) return work(() => {});
  const { progress } = await import('@clack/prompts');
  // While a bar is shown the library reads the keys, and takes Ctrl-C for an ordinary end.
  const brokenOff = () => {
    process.exitCode = BROKEN_OFF;
  };
  process.once('exit', brokenOff);
  const bar = progress({ max: total, size: 30, output: process.stderr, onCancel: () => process.exit(BROKEN_OFF) });
  let shown = 0;
  bar.start(title);
  try {
    const result = await work((done) => {
      bar.advance(done - shown, `${title} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
      shown = done;
    });
    bar.stop(title);
    return result;
  } catch (error) {
    bar.error(title);
    throw error;
  } finally {
    process.off('exit', brokenOff);
  }
}
