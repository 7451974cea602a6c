import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Milliseconds } from '../../src/base/units.ts';
import type { Round, Said } from './across-process.ts';

export type Done = Extract<Said, { at: 'done' }>;

/** A process upon a store that others use too, ready to be told what to ask. */
export interface Worker {
  ask(round: Round): { readonly begun: Promise<void>; readonly done: Promise<Done> };
  /** Ends it with SIGKILL, where it has not ended yet, and waits for that. */
  kill(): Promise<void>;
}

/** Starts so many processes upon one store. `leaseTime`: of their caches for brief rounds. */
export function startWorkers(count: number, store: string, openaiUrl: string, leaseTime: Milliseconds): Promise<Worker[]> {
  return Promise.all(Array.from({ length: count }, () => startWorker(store, openaiUrl, leaseTime)));
}

async function startWorker(store: string, openaiUrl: string, leaseTime: Milliseconds): Promise<Worker> {
  const script = fileURLToPath(new URL('./across-process.ts', import.meta.url));
  const child: ChildProcess = fork(script, [store, openaiUrl, String(leaseTime)], { execArgv: [] });
  const told: ((said: Said) => void)[] = [];
  child.on('message', (said: Said) => told.forEach((tell) => tell(said)));
  const says = <At extends Said['at']>(at: At) =>
    new Promise<Extract<Said, { at: At }>>((resolve) => told.push((said) => said.at === at && resolve(said as Extract<Said, { at: At }>)));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${String(code)}.`);
  });
  ended.catch(() => {});
  await Promise.race([says('ready'), ended]);
  return {
    ask(round) {
      const answered = { begun: says('begun').then(() => {}), done: says('done') };
      child.send(round);
      return answered;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
