import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { peerVersion, PEERS } from './peers.ts';

/** Where and with what something was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly reprise: string;
  readonly peers: Readonly<Record<string, string>>;
}

export function machine(): Machine {
  const all = cpus();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('-', 1)[0]!} ${arch()}`,
    node: process.version,
    reprise: version,
    peers: Object.fromEntries(PEERS.map((name) => [name, peerVersion(name)])),
  };
}

export function describeMachine({ cpu, cores, memoryGiB, system, node, reprise, peers }: Machine): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}; Node ${node}; reprise ${reprise}; ${versions.join(', ')}`;
}
