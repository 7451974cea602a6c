import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../processes/churn.ts';
import { stop } from '../processes.ts';
import type { SuiteContext } from '../suite.ts';
import { atMost, type Table } from '../table.ts';

interface End {
  readonly different: number;
  readonly calls: number;
  readonly entries: number;
  readonly bytes: number;
}

/** A million requests at a bounded size: does the heap stay flat? */
export async function run({ quick, note }: SuiteContext): Promise<readonly Table[]> {
  const total = quick ? 200_000 : 1_000_000;
  const steps = 20;
  note(`${total.toLocaleString('en')} requests through 16 MiB of memory`);
  const { samples, end } = await churn(total, steps);
  // The first part fills the cache and warms up; what grows after it grows for ever.
  const settled = samples.slice(steps / 4);
  const held = settled.map(({ requests, heap, buffers }) => [requests, heap + buffers] as const);
  const growth = slope(held) * total;
  const mean = held.reduce((sum, [, bytes]) => sum + bytes, 0) / held.length;
  return [
    {
      title: `Memory: ${total.toLocaleString('en')} requests, ${end.different.toLocaleString('en')} of them different, store of 16 MiB`,
      columns: ['after requests', 'heap', 'buffers', 'resident', ''],
      rows: samples.filter((_, at) => at % 2 === 1).map(({ requests, heap, buffers, resident }) => [requests.toLocaleString('en'), mib(heap), mib(buffers), mib(resident), '']),
      checks: [atMost(`growth of heap and buffers over ${total.toLocaleString('en')} requests, against what they hold`, 0.05, growth / mean, percent)],
      about: [
        `Sampled after a full collection (\`--expose-gc\`) every ${(total / steps).toLocaleString('en')} requests. Growth: slope of the line of least squares through the last three quarters, ${mib(growth)} in all.`,
        `${end.calls.toLocaleString('en')} calls to the provider; at the end the store holds ${end.entries.toLocaleString('en')} entries, ${mib(end.bytes)}. Beside it, requests are remembered by their raw body: 5,000 at most.`,
      ],
    },
  ];
}

async function churn(total: number, steps: number): Promise<{ samples: readonly Sample[]; end: End }> {
  const file = fileURLToPath(new URL('../processes/churn.ts', import.meta.url));
  const child = fork(file, [String(total), String(steps)], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const samples: Sample[] = [];
  try {
    const end = await new Promise<End>((resolve, reject) => {
      child.on('message', (message: { sample?: Sample; end?: End }) => {
        if (message.sample) samples.push(message.sample);
        if (message.end) resolve(message.end);
      });
      child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    });
    return { samples, end };
  } finally {
    await stop(child);
  }
}

/** Of the line of least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
