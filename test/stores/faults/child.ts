import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a script finds the sources. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A script in a process of its own, whose lines can be waited for. */
export interface Child {
  readonly process: ChildProcess;
  /** The next line it prints. Rejects when it ends before. */
  line(): Promise<string>;
  /** Gives it a line to read. */
  tell(line: string): void;
  /** Ends it at once, by `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** All it printed that nobody waited for. Resolves when it has ended. */
  rest(): Promise<string[]>;
}

/** Begins of every script: the parts that it may use, and `lines()`, what the test tells it. */
const prelude = `
  const { sqliteStore } = await import('./src/stores/sqlite.ts');
  const { fileStore } = await import('./src/stores/file.ts');
  const { entryOf } = await import('./test/stores/entry.ts');
  const { writeSync } = await import('node:fs');
  const say = (line) => writeSync(1, line + '\\n');
  const lines = () => (globalThis.reader ??= (process.stdin.setEncoding('utf8'), async function* () {
    let rest = '';
    for await (const chunk of process.stdin) { const all = (rest + chunk).split('\\n'); rest = all.pop(); yield* all; }
  }()));
`;

/** Runs a script. `ulimit` is given to the shell that starts it; `uid` is the user it runs as. */
export function child(script: string, options: { ulimit?: string; uid?: number } = {}): Child {
  const spawned: SpawnOptions = { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], uid: options.uid, gid: options.uid };
  const node = [process.execPath, '--input-type=module', '-e', prelude + script];
  const run = options.ulimit
    ? spawn('bash', ['-c', `ulimit ${options.ulimit}; exec "$0" "$@"`, ...node], spawned)
    : spawn(node[0]!, node.slice(1), spawned);
  const reader = createInterface({ input: run.stdout! })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => run.once('exit', () => resolve()));

  return {
    process: run,
    async line() {
      const next = await reader.next();
      if (next.done) throw new Error('the process ended');
      return next.value;
    },
    tell: (line) => void run.stdin!.write(`${line}\n`),
    async kill() {
      run.kill('SIGKILL');
      await ended;
    },
    async rest() {
      const left: string[] = [];
      for (let next = await reader.next(); !next.done; next = await reader.next()) left.push(next.value);
      await ended;
      return left;
    },
  };
}
