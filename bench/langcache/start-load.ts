import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stop } from '../processes.ts';
import type { Order, Report } from './order.ts';

/** The client's process. */
export interface Load {
  send(order: Order): Promise<Report>;
  stop(): Promise<void>;
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    send(order) {
      return new Promise((resolve, reject) => {
        child.once('message', (message: { report?: Report; error?: string }) => (message.report ? resolve(message.report) : reject(new Error(message.error))));
        child.send(order);
      });
    },
    stop: () => stop(child),
  };
}
