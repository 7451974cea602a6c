import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QdrantClient } from '@qdrant/js-client-rest';
import { areWanted, freePort, removeFolder, signal, startProgram } from './programs.ts';
import { until } from './until.ts';

const ADAPTER = fileURLToPath(new URL('../qdrant-adapter/server.py', import.meta.url));
export const HOW_QDRANT = 'python3 -m venv .services/qdrant && .services/qdrant/bin/pip install qdrant-edge-py==0.9.0';

/** How long a server may take to come up, on a machine that is busy. */
const STARTING = 30_000;

/** The Python that has Qdrant's engine, for suites that are wanted. */
function pythonWithEngine(): string | undefined {
  const python = process.env.REPRISE_TEST_QDRANT_PYTHON || fileURLToPath(new URL('../../../.services/qdrant/bin/python', import.meta.url));
  return areWanted && existsSync(python) ? python : undefined;
}

export const qdrantPython = pythonWithEngine();

/** A folder in memory where there is room, as the engine waits for the disk with every index. */
function quickFolder(): string {
  const memory = '/dev/shm';
  const { bavail, bsize } = existsSync(memory) ? statfsSync(memory) : { bavail: 0, bsize: 0 };
  return mkdtempSync(join(bavail * bsize > 2e9 ? memory : tmpdir(), 'reprise-faults-'));
}

/** Qdrant's engine behind its API, in a process of a test's own. */
export class QdrantServer {
  readonly port: number;
  readonly #folder = quickFolder();
  #process!: ChildProcess;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<QdrantServer> {
    const server = new QdrantServer(await freePort());
    await server.start();
    return server;
  }

  /** Where caches find it, or a proxy before it. */
  url(port = this.port): string {
    return `qdrant+http://:one@127.0.0.1:${port}?collection=faults`;
  }

  async start(key = 'one'): Promise<void> {
    const args = ['-B', ADAPTER, '--port', String(this.port), '--folder', join(this.#folder, 'collections'), '--api-key', key];
    this.#process = startProgram(qdrantPython!, args, join(this.#folder, 'log'));
    await until('Qdrant answers', STARTING, async () => (await fetch(`http://127.0.0.1:${this.port}/`, { headers: { 'api-key': key } })).ok);
  }

  signal(name: NodeJS.Signals): Promise<void> {
    return signal(this.#process, name);
  }

  /** Forgets all that it keeps. It must not run. */
  forget(): void {
    rmSync(join(this.#folder, 'collections'), { recursive: true });
  }

  client(): QdrantClient {
    return new QdrantClient({ host: '127.0.0.1', port: this.port, https: false, headers: { 'api-key': 'one' }, checkCompatibility: false, timeout: STARTING });
  }

  async close(): Promise<void> {
    await this.signal('SIGKILL');
    removeFolder(this.#folder);
  }
}
