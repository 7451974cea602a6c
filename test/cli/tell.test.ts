import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coreOptions } from '../../src/cli/core-options.ts';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { SETTINGS, type SettingName } from '../../src/cli/settings.ts';
import { toMilliseconds } from '../../src/base/units.ts';
import { DEFAULT_NAMESPACE, DEFAULT_STORE, resolveOptions } from '../../src/options.ts';
import { provider, run, temporaryFolder } from './support.ts';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/cli.md'), 'utf8');

/** The rows of the table under a heading, cell by cell. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim().replaceAll('`', '')));
}

describe('docs/cli.md', () => {
  it('has every setting as the program has it', () => {
    const settings = Object.values(SETTINGS).map(({ flag, env, default: otherwise, description }) => [flag, env, otherwise, description]);

    expect(rowsUnder('Settings')).toEqual(settings);
  });

  it('has every exit code', () => {
    expect(rowsUnder('Exit codes')).toEqual(Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means]));
  });

  it('has every command of the help, and the help has every command', async () => {
    const helped = async (...of: string[]) => [...(await run([...of, '--help'], { cwd: root })).out.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]!).filter((name) => name !== 'help');
    const groups = ['semantic', 'caches', 'keys'];
    const [commands, ...ofGroups] = await Promise.all([helped(), ...groups.map((group) => helped(group))]);

    const files = (await readdir(join(root, 'src/cli/commands'))).map((file) => file.replace('.ts', '')).toSorted();
    const all = [...commands!.filter((name) => !groups.includes(name)), ...ofGroups.flatMap((names, at) => names.map((name) => `${groups[at]}-${name}`))];
    expect(all.toSorted()).toEqual(files);
    // Of `feedback wrong` the second word is what is said.
    const listed = rowsUnder('Commands').map(([usage]) => /^(?:semantic|caches|keys) [a-z]+|^[a-z]+/.exec(usage!)![0].replace(' ', '-'));
    expect(listed.toSorted()).toEqual(files);
  });
});

describe('the settings', () => {
  it('say the defaults that hold', () => {
    const { flow, across } = resolveOptions();
    const said = (name: SettingName) => SETTINGS[name].default;
    const span = (name: SettingName) => (said(name) === 'forever' ? Infinity : toMilliseconds(said(name), name));

    expect([said('store'), said('namespace')]).toEqual([DEFAULT_STORE, DEFAULT_NAMESPACE]);
    for (const name of ['ttl', 'maxTtl', 'timeBoundTtl', 'staleWhileRevalidate', 'staleIfError', 'storeTimeout'] as const) expect([name, flow[name]]).toEqual([name, span(name)]);
    expect({ on: said('acrossProcesses') === 'on', leaseTime: span('leaseTime') }).toEqual(across);
  });

  it('say whether processes ask once for all, and how long one of them is believed to be alive', () => {
    expect(coreOptions({ acrossProcesses: 'off', leaseTime: '3s' }).across).toEqual({ on: false, leaseTime: 3000 });
    expect(coreOptions({ acrossProcesses: 'on' }).across.on).toBe(true);
    expect(() => coreOptions({ acrossProcesses: 'perhaps' })).toThrow('must be on or off');
    expect(() => coreOptions({ leaseTime: '1ms' })).toThrow('leaseTime');
  });
});

describe('reprise doctor', () => {
  it('finds all in order, and sends no key', async () => {
    const upstream = await provider();
    const env = { REPRISE_OPENAI_URL: upstream.url, REPRISE_ANTHROPIC_URL: upstream.url, REPRISE_STORE: 'sqlite:cache.db', OPENAI_API_KEY: 'sk-1' };

    const ran = await run(['doctor', '--json'], { cwd: await temporaryFolder(), env });

    const { ok, checks } = ran.json<{ ok: boolean; checks: { name: string; status: string; detail: string }[] }>();
    expect([ran.code, ok]).toEqual([0, true]);
    expect(checks.map(({ name }) => name)).toEqual(['Node', 'SQLite', 'settings', 'store', 'disk', 'OpenAI', 'Anthropic']);
    expect(upstream.requests.map(({ method, key }) => [method, key])).toEqual([['HEAD', undefined], ['HEAD', undefined]]);
  });

  it('ends with 1 where a store cannot be used or a provider cannot be reached', async () => {
    const env = { REPRISE_OPENAI_URL: 'http://127.0.0.1:1', REPRISE_ANTHROPIC_URL: 'http://127.0.0.1:1', REPRISE_STORE: 'sqlite:/dev/null/x.db' };

    const ran = await run(['doctor', '--json'], { cwd: await temporaryFolder(), env });

    const { checks } = ran.json<{ checks: { name: string; status: string }[] }>();
    expect(ran.code).toBe(1);
    expect(checks.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual(['store', 'OpenAI', 'Anthropic']);
  });
});

describe('reprise demo', () => {
  it('shows a slow first call, a fast second one, the same stream, and a hit after reopening, and leaves nothing behind', async () => {
    const cwd = await temporaryFolder();

    const ran = await run(['demo', '--json'], { cwd, env: { TMPDIR: cwd } });

    interface Figures {
      function: { first: number; second: number };
      proxy: { first: number; second: number; identical: boolean };
      reopened: { hit: boolean; calls: number };
      stats: { misses: number; entries: number; money: { saved: number } };
    }
    const { function: wrapped, proxy, reopened, stats } = ran.json<Figures>();
    expect(ran.code).toBe(0);
    expect(wrapped.first).toBeGreaterThan(1_400);
    expect(wrapped.second).toBeLessThan(wrapped.first / 5);
    expect(proxy.second).toBeLessThan(proxy.first / 5);
    expect(proxy.identical).toBe(true);
    expect(reopened).toMatchObject({ hit: true, calls: 0 });
    expect(stats).toMatchObject({ misses: 2, entries: 2 });
    expect(stats.money.saved).toBeGreaterThan(0);
    expect(await readdir(cwd)).toEqual([]);
  });
});
