import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildWasm, builtFile } from '../../../scripts/build-wasm.ts';
import { BASE64, SHA256 } from '../../../src/semantic/index/wasm/scan-wasm.ts';

const SOURCE = 'src/semantic/index/wasm/scan.wat';

describe('the scan in WebAssembly', () => {
  it('is what its source gives', async () => {
    expect(readFileSync(builtFile(SOURCE), 'utf8')).toBe(await buildWasm(SOURCE));
  });

  it('has the hash that stands beside it, and is small', () => {
    const bytes = Buffer.from(BASE64, 'base64');

    expect(createHash('sha256').update(bytes).digest('hex')).toBe(SHA256);
    expect(bytes.length).toBeLessThan(4096);
  });
});
