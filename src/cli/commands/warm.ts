import type { Command } from 'commander';
import { createCache } from '../../integrations/library.ts';
import type { WarmReport } from '../../integrations/warm.ts';
import { cacheOptions } from '../core-options.ts';
import { CliError } from '../exit-codes.ts';
import { type BadLine, linesOf, tellBadLines, withInput } from '../lines.ts';
import { count, note, printable, say, sayJson, spanText } from '../output.ts';
import { withProgress } from '../progress.ts';
import { type FileRequest, readRequest, type RequestContext } from '../request-file.ts';
import { addRequestFlags, requestContext, type RequestFlags } from '../request-flags.ts';
import { addSettings, numberIn, readSettings, type Settings } from '../settings.ts';

interface Flags extends RequestFlags {
  readonly concurrency: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function configure(command: Command): void {
  addRequestFlags(addSettings(command, ['store', 'namespace', 'tenant', 'ttl', 'maxTtl', 'timeBoundTtl', 'openaiUrl', 'anthropicUrl']))
    .description('Asks the requests of a JSONL file that are not stored yet, so that they are. A line: { "path": "/v1/chat/completions", "headers": {}, "body": {} }. `-` is standard input.')
    .option('--concurrency <number>', 'How many are asked at once, 1 to 100.', '4')
    .option('--dry-run', 'Only checks the lines and says how many.')
    .option('--json', 'As a JSON object.')
    .action(warm);
}

async function warm(file: string, flags: Flags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const concurrency = numberIn(flags.concurrency, '--concurrency', 1, 100);
  const context = requestContext(flags, settings);
  await withInput(file, async (path) => {
    const { requests, bad } = await check(path, context);
    if (bad.length > 0) {
      tellBadLines(bad);
      if (flags.json) sayJson({ requests, bad });
      throw new CliError('failed', `${count(bad.length, 'line is', 'lines are')} bad, and nothing was asked.`, { code: 'BAD_LINES' });
    }
    if (flags.dryRun) return flags.json ? sayJson({ requests, bad, dryRun: true }) : say(`${count(requests, 'request')} would be asked, unless stored already.`);
    await ask(path, requests, settings, context, { concurrency, json: flags.json === true });
  });
}

async function check(path: string, context: RequestContext): Promise<{ requests: number; bad: readonly BadLine[] }> {
  const bad: BadLine[] = [];
  let requests = 0;
  for await (const { number, text } of linesOf(path)) {
    const request = readRequest(text, context);
    if ('wrong' in request) bad.push({ line: number, why: request.wrong });
    else requests++;
  }
  return { requests, bad };
}

async function ask(path: string, total: number, settings: Settings, context: RequestContext, { concurrency, json }: { concurrency: number; json: boolean }): Promise<void> {
  // As in the proxy, a provider cannot send a call, and its key, elsewhere.
  const cache = createCache({ ...cacheOptions(settings), fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }) });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const begun = performance.now();
  let report: WarmReport;
  try {
    await cache.open();
    report = await withProgress('Warming', total, (advance) =>
      cache.warm(requestsIn(path, context), { concurrency, signal: stop.signal, onProgress: ({ done }) => advance(done) }),
    );
  } finally {
    await cache.close();
  }
  const { hits, asked, failed, reasons } = report;
  if (json) sayJson({ requests: total, hits, asked, failed, reasons, ms: Math.round(performance.now() - begun) });
  else {
    for (const reason of reasons) note(printable(reason));
    say(`${count(asked, 'request')} asked, ${hits} stored already, ${failed} failed, in ${spanText(performance.now() - begun)}.`);
  }
  if (stop.signal.aborted) throw new CliError('failed', 'Broken off.', { code: 'BROKEN_OFF' });
  if (failed > 0) throw new CliError('failed', `${count(failed, 'request')} failed.`, { code: 'REQUESTS_FAILED' });
}

async function* requestsIn(path: string, context: RequestContext): AsyncGenerator<FileRequest> {
  for await (const { text } of linesOf(path)) {
    const request = readRequest(text, context);
    if (!('wrong' in request)) yield request;
  }
}
