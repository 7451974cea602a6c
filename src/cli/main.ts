#!/usr/bin/env node
import { fileURLToPath } from 'node:url';

/** The oldest Node that will do, as `engines` of package.json has it. An older one could not load the rest, so that it is told here. */
const OLDEST_NODE = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(`reprise: Node ${OLDEST_NODE.join('.')} or later is needed, but this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { enableCompileCache } = await import('node:module');
  // Compiled code is kept in a folder of this installation, which nobody else can write to: a start then takes half the time. Where it
  // cannot be written, it goes without; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
  enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/reprise', import.meta.url)));
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2));
}
