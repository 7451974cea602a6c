import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gate } from '../../src/testing/fake-provider/gate.ts';
import { provider, run, start, temporaryFolder } from './support.ts';

interface Addresses {
  url: string;
  openai: { baseUrl: string; upstream: string };
  anthropic: { baseUrl: string; upstream: string };
  store: string;
}

/** A proxy in a process of its own, before a fake provider. */
async function proxy(args: readonly string[] = [], env: Record<string, string> = {}) {
  const cwd = await temporaryFolder();
  const upstream = await provider();
  const process = start(['serve', '--port', '0', '--json', ...args], { cwd, env: { REPRISE_OPENAI_URL: upstream.url, ...env } });
  const [line] = await process.said(/^\{.*\}$/m);
  return { cwd, upstream, ...process, addresses: JSON.parse(line) as Addresses };
}

const ask = (url: string, more: object = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-1' },
    body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hello?' }], ...more }),
  });

describe('reprise serve', () => {
  it('prints the addresses as the README has them', async () => {
    const cwd = await temporaryFolder();
    const { said, child, ended } = start(['serve', '--port', '0'], { cwd });
    await said(/store.*\n/);
    child.kill('SIGTERM');

    const { out, code } = await ended;

    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
    const shown = /```\n(Reprise listens on[\s\S]*?)```/.exec(readme)![1]!;
    const port = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(out)![1]!;
    const narrower = (text: string) => text.replace(/ {2,}/g, '  ');
    expect(narrower(out.replaceAll(`:${port}`, ':4141'))).toBe(narrower(shown));
    expect(code).toBe(0);
  });

  it('answers the second equal request from its store, and the next process too, and tells what it counted', async () => {
    const first = await proxy();
    await (await ask(first.addresses.url)).text();
    const hit = await ask(first.addresses.url);
    await hit.text();
    first.child.kill('SIGTERM');
    await first.ended;

    const stats = await run(['stats', '--json'], { cwd: first.cwd });

    expect(hit.headers.get('cache-status')).toContain('; hit');
    expect(first.upstream.calls).toBe(1);
    expect(stats.json()).toMatchObject({ store: 'sqlite:.reprise/cache.db', namespace: 'default', entries: 1, counted: { hits: 1, misses: 1, hitRate: 0.5 } });
    const table = await run(['stats'], { cwd: first.cwd });
    expect(table.out).toMatch(/hit rate +50\.00 %/);
    expect(table.out).toContain('gpt-5-mini');
  });

  it('lets a running stream finish when it is told to end', async () => {
    const { addresses, upstream, child, ended } = await proxy();
    const held = gate();
    upstream.reply({ text: 'One two three', gate: held });
    const response = await ask(addresses.url, { stream: true });   // its head is there, its events are not
    child.kill('SIGTERM');
    await expect.poll(() => fetch(`${addresses.url}/healthz`).then(() => 'open', () => 'closed')).toBe('closed');

    held.openAll();
    const text = await response.text();

    expect(text).toContain('three');
    expect(text).toContain('[DONE]');
    expect((await ended).code).toBe(0);
  });

  it('ends at once at the second signal', async () => {
    const { addresses, upstream, child, ended } = await proxy();
    upstream.hold();
    const lost = ask(addresses.url).catch(() => 'lost');
    await upstream.whenCalled(1);
    child.kill('SIGINT');
    await expect.poll(() => fetch(`${addresses.url}/healthz`).then(() => 'open', () => 'closed')).toBe('closed');

    child.kill('SIGINT');

    expect((await ended).code).toBe(130);
    expect(await lost).toBe('lost');
  });

  it('says so when the port is taken', async () => {
    const cwd = await temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const ran = await run(['serve', '--port', String(port)], { cwd });

    expect(ran.code).toBe(3);
    expect(ran.err).toBe(`reprise: Port ${port} of 127.0.0.1 is taken. Choose another with --port or REPRISE_PORT.\n`);
    expect(ran.out).toBe('');
  });

  it('does not start on a file that is no cache, and leaves it as it is', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'notes.txt'), 'Dear diary, '.repeat(100));

    const ran = await run(['serve', '--port', '0', '--store', 'sqlite:notes.txt'], { cwd });

    expect(ran.code).toBe(3);
    expect(ran.err).toContain('It was left as it is.');
    expect(await readFile(join(cwd, 'notes.txt'), 'utf8')).toMatch(/^Dear diary/);
  });

  it('takes flags before the environment, and that before the nearest .env', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'project/deep'), { recursive: true });
    await writeFile(join(cwd, '.env'), 'REPRISE_ANTHROPIC_URL=http://127.0.0.1:9\n');
    await writeFile(join(cwd, 'project/.env'), 'REPRISE_STORE="memory:"\nREPRISE_OPENAI_URL=http://127.0.0.1:1\nLLM_CACHE_REDIS_URL=redis://127.0.0.1\n');
    const env = { REPRISE_OPENAI_URL: 'http://127.0.0.1:2', REPRISE_ANTHROPIC_URL: 'http://127.0.0.1:3', REPRISE_NAMESPACE: '' };
    const { said, child, ended } = start(['serve', '--port', '0', '--json', '--openai-url', 'http://127.0.0.1:4'], { cwd: join(cwd, 'project/deep'), env });

    const { openai, anthropic, store } = JSON.parse((await said(/^\{.*\}$/m))[0]) as Addresses;
    child.kill('SIGTERM');
    await ended;

    expect([openai.upstream, anthropic.upstream, store]).toEqual(['http://127.0.0.1:4', 'http://127.0.0.1:3', 'memory:']);
  });

  it('names the setting that cannot be used', async () => {
    const cwd = await temporaryFolder();
    const wrong = { port: 'abc', ttl: 'soon', log: 'loud', 'openai-url': 'ftp://x', 'max-body': 'big' };
    const all = await Promise.all(Object.entries(wrong).map(([flag, value]) => run(['serve', '--store', 'memory:', `--${flag}`, value], { cwd })));

    expect(all.map(({ code }) => code)).toEqual([3, 3, 3, 3, 3]);
    expect(all.map(({ err }) => /Option `([^`]+)`/.exec(err)?.[1])).toEqual(['port', 'ttl', 'log', 'upstreams.openai', 'maxBody']);
  });

  it('takes the Redis that the environment names, and says without the password that it is not there', async () => {
    const ran = await run(['serve'], { cwd: await temporaryFolder(), env: { LLM_CACHE_REDIS_URL: 'redis://user:word@127.0.0.1:1' } });

    expect(ran.code).toBe(3);
    expect(ran.err).toContain('The redis store could not open');
    expect(ran.err).not.toContain('word');
  });

  it('warns where others can reach it, and logs requests when asked', async () => {
    const { addresses, said, child, ended } = await proxy(['--host', '0.0.0.0', '--log', 'json', '--tenant', 'shared']);
    await (await ask(addresses.url.replace('0.0.0.0', '127.0.0.1'))).text();
    const [line] = await said(/^\{"time".*\}$/m);
    child.kill('SIGTERM');

    const { err } = await ended;

    expect(err.match(/Warning: 0\.0\.0\.0 is not this machine alone\./g)).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ method: 'POST', path: '/v1/chat/completions', outcome: 'miss', status: 200 });
    expect(err).not.toContain('sk-1');
  });

  it('answers soon after it was started', async () => {
    const begun = performance.now();
    const { addresses } = await proxy(['--store', 'memory:']);

    const response = await fetch(`${addresses.url}/healthz`);

    const ms = performance.now() - begun;
    console.log(`reprise serve answered ${ms.toFixed(0)} ms after its start was asked for`);
    expect(await response.json()).toMatchObject({ status: 'ok' });
    expect(ms).toBeLessThan(5_000);   // the 300 ms of an idle machine are measured by `npm run bench`
  });
});
