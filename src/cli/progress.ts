/** Shows how far something long has come. */
export interface Progress {
  /** So much is done now. */
  is(done: number): void;
  end(message: string): void;
}

const silent: Progress = { is: () => {}, end: () => {} };

/** A bar on the terminal; nothing at all where standard error is none. The library is loaded only for a bar that is shown. */
export async function progressBar(title: string, total: number): Promise<Progress> {
  if (!process.stderr.isTTY || total === 0) return silent;
  const { progress } = await import('@clack/prompts');
  const bar = progress({ max: total, size: 30, output: process.stderr });
  let shown = 0;
  bar.start(title);
  return {
    is(done) {
      bar.advance(done - shown, `${title} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
      shown = done;
    },
    end: (message) => bar.stop(message),
  };
}
