import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';

/** These suites take a minute and are sensitive to a busy machine: they run in CI, or where somebody asks for them. */
export const areWanted = Boolean(process.env.CI ?? process.env.REPRISE_TEST_FAULTS);

/** Where a program of the machine is, for suites that are wanted. */
export function programAt(name: string): string | undefined {
  if (!areWanted) return undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Says once why tests are skipped; in CI that is a failure. */
export function needs(what: string, found: unknown, how: string): void {
  if (found !== undefined) return;
  if (process.env.CI) it(`${what} is there in CI`, () => expect(found, how).toBeDefined());
  else it.skip(`needs REPRISE_TEST_FAULTS=1 and ${what}: ${how}`, () => {});
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder for what a server writes. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'reprise-faults-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server in a process of its own, which ends with the tests at the latest. */
export function startProgram(program: string, args: readonly string[], log: string, user: { uid?: number; gid?: number } = {}): ChildProcess {
  const file = openSync(log, 'a');
  const child = spawn(program, [...args], { stdio: ['ignore', file, file], cwd: '/', ...user });
  closeSync(file);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Sends a signal, and where it ends the process, waits for that. */
export async function signal(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = name === 'SIGSTOP' || name === 'SIGCONT' ? undefined : once(child, 'exit');
  child.kill(name);
  await ended;
}
