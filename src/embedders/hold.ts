/** Longer than any program waits for a vector. */
const LONG = 2 ** 30;

/**
 * Does `work` while the process is held. A clock's timers do not hold it, so that a program whose last act is to wait for one would end in
 * the middle.
 */
export async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, LONG);
  try {
    return await work();
  } finally {
    clearInterval(hold);
  }
}
