#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept in a folder of this installation, which nobody else can write to: a start then takes half the time. Where it
// cannot be written, it goes without; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/reprise', import.meta.url)));
const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
