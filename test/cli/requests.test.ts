import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provider, run, temporaryFolder, writeLines } from './support.ts';

const body = (text: string) => ({ model: 'gpt-5-mini', messages: [{ role: 'user', content: text }] });
const headers = { authorization: 'Bearer $OPENAI_API_KEY' };

async function place() {
  const cwd = await temporaryFolder();
  const upstream = await provider();
  const env = { REPRISE_OPENAI_URL: upstream.url, REPRISE_ANTHROPIC_URL: upstream.url, REPRISE_STORE: 'sqlite:cache.db', OPENAI_API_KEY: 'sk-secret-1' };
  return { cwd, upstream, env, file: join(cwd, 'requests.jsonl') };
}

describe('reprise warm', () => {
  it('asks what is not stored yet, once, with keys from the environment', async () => {
    const { cwd, upstream, env, file } = await place();
    await writeLines(file, [{ path: '/v1/chat/completions', headers, body: body('One?') }, { url: `${upstream.url}/v1/chat/completions`, headers, body: body('Two?') }]);

    const first = await run(['warm', 'requests.jsonl', '--json'], { cwd, env });
    const second = await run(['warm', 'requests.jsonl', '--json'], { cwd, env });

    expect(first.json()).toMatchObject({ requests: 2, asked: 2, hits: 0, failed: 0, reasons: [] });
    expect(second.json()).toMatchObject({ requests: 2, asked: 0, hits: 2, failed: 0 });
    expect(upstream.requests.map(({ key }) => key)).toEqual(['sk-secret-1', 'sk-secret-1']);
  });

  it('asks nobody where a line is bad, goes elsewhere, or wants a variable that nobody allowed', async () => {
    const { cwd, upstream, env, file } = await place();
    const path = '/v1/chat/completions';
    await writeLines(file, [
      { path, headers, body: body('Fine?') },
      { url: 'https://evil.example/v1/chat/completions', headers, body: body('Elsewhere?') },
      { path, headers: { 'x-note': '${AWS_SECRET_ACCESS_KEY}' }, body: body('Which?') },
      'no JSON',
      { path, headers },
    ]);

    const ran = await run(['warm', 'requests.jsonl', '--json'], { cwd, env: { ...env, AWS_SECRET_ACCESS_KEY: 'aws-secret' } });

    expect(ran.code).toBe(1);
    expect(ran.json<{ bad: { line: number }[] }>().bad.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
    expect(ran.err).toContain('--allow-origin https://evil.example');
    expect(ran.out + ran.err).not.toContain('secret-');
    expect(upstream.calls).toBe(0);
  });

  it('counts what fails, and ends with 1', async () => {
    const { cwd, upstream, env, file } = await place();
    upstream.reply({ status: 400, error: { message: 'No such thing.' } });
    await writeLines(file, [{ path: '/v1/chat/completions', headers, body: body('One?') }, { path: '/v1/chat/completions', headers, body: body('Two?') }]);

    const ran = await run(['warm', 'requests.jsonl', '--json', '--concurrency', '1'], { cwd, env });

    expect(ran.code).toBe(1);
    expect(ran.json<{ reasons: string[] }>()).toMatchObject({ asked: 1, failed: 1 });
    expect(ran.json<{ reasons: string[] }>().reasons[0]).toContain('status 400');
  });

  it('says in a dry run how many, and asks nobody', async () => {
    const { cwd, upstream, env } = await place();

    const ran = await run(['warm', '-', '--dry-run', '--json'], { cwd, env, input: JSON.stringify({ path: '/v1/messages', body: {} }) });

    expect(ran.json()).toEqual({ requests: 1, bad: [], dryRun: true });
    expect(upstream.calls).toBe(0);
  });
});

describe('reprise explain', () => {
  it('says which fields differ from the nearest stored request', async () => {
    const { cwd, env, file } = await place();
    const stored = { path: '/v1/chat/completions', headers, body: { ...body('One?'), temperature: 0 } };
    await writeLines(file, [stored]);
    await run(['warm', 'requests.jsonl'], { cwd, env });

    const hit = await run(['explain', '-', '--json'], { cwd, env, input: JSON.stringify(stored) });
    const miss = await run(['explain', '-', '--json'], { cwd, env, input: JSON.stringify({ ...stored, body: { ...stored.body, temperature: 1 } }) });
    const stranger = await run(['explain', '-', '--json'], { cwd, env: { ...env, OPENAI_API_KEY: 'sk-secret-2' }, input: JSON.stringify(stored) });

    const { id } = hit.json<{ id: string }>();
    expect(hit.json()).toEqual({ hit: true, id, why: null, nearest: null });
    expect(miss.json()).toMatchObject({ hit: false, nearest: { id, model: 'gpt-5-mini', differs: [{ field: '/temperature', how: 'changed' }] } });
    expect(stranger.json()).toMatchObject({ hit: false, nearest: null });
    expect([hit.code, miss.code]).toEqual([0, 0]);
  });

  it('finds imported entries of a credential in another store when the secret came along', async () => {
    const { cwd, env, file } = await place();
    const stored = { path: '/v1/chat/completions', headers, body: body('One?') };
    await writeLines(file, [stored]);
    await run(['warm', 'requests.jsonl'], { cwd, env });
    await run(['export', 'all.jsonl', '--with-secret'], { cwd, env });
    await run(['export', 'entries.jsonl'], { cwd, env });
    await run(['import', 'all.jsonl', '--store', 'sqlite:with.db'], { cwd });
    await run(['import', 'entries.jsonl', '--store', 'sqlite:without.db'], { cwd });

    const found = await run(['explain', '-', '--json', '--store', 'sqlite:with.db'], { cwd, env, input: JSON.stringify(stored) });
    const lost = await run(['explain', '-', '--json', '--store', 'sqlite:without.db'], { cwd, env, input: JSON.stringify(stored) });

    expect(found.json()).toMatchObject({ hit: true });
    expect(lost.json()).toMatchObject({ hit: false });
  });

  it('fails for a file that is no request', async () => {
    const { cwd, env } = await place();

    const ran = await run(['explain', '-'], { cwd, env, input: '{ "path": "/v1/chat/completions" }' });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('body');
  });
});
