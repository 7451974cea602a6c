import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stop } from '../processes.ts';
import type { SharingOrder, SharingReport } from '../processes/sharing.ts';

/** A process that shares a store with others. */
export interface Sharer {
  /** Sends an order, and resolves when its report comes. `asked`: when all of it is under way. */
  order(order: SharingOrder): { readonly asked: Promise<void>; readonly report: Promise<SharingReport> };
  stop(): Promise<void>;
}

/** Starts so many processes upon one store, ready to be told what to ask. Without a provider's address each has one of its own. */
export async function startSharers(count: number, store: string, options: { readonly openaiUrl?: string; readonly memory: boolean }): Promise<Sharer[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const script = fileURLToPath(new URL('../processes/sharing.ts', import.meta.url));
      const child = fork(script, [store, options.openaiUrl ?? '', options.memory ? 'yes' : 'no'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      await next(child, ['ready']);
      return {
        order(order) {
          const asked = order.ask === 'stream' ? next(child, ['asked']).then(() => {}) : Promise.resolve();
          const report = next(child, ['streamed', 'hits']);
          child.send(order);
          return { asked, report };
        },
        stop: () => stop(child),
      };
    }),
  );
}

/** The next thing a process says of some kind. Rejects where it ends before. */
function next(child: ChildProcess, kinds: readonly SharingReport['is'][]): Promise<SharingReport> {
  return new Promise((resolve, reject) => {
    const heard = (report: SharingReport) => {
      if (!kinds.includes(report.is)) return;
      child.off('message', heard);
      child.off('exit', ended);
      resolve(report);
    };
    const ended = (code: number | null) => reject(new Error(`A process ended with ${code}.`));
    child.on('message', heard);
    child.once('exit', ended);
  });
}
