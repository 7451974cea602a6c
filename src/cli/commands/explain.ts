import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Explanation } from '../../flow/explain.ts';
import { createCache } from '../../integrations/library.ts';
import { cacheOptions } from '../core-options.ts';
import { CliError } from '../exit-codes.ts';
import { withInput } from '../lines.ts';
import { requireStore } from '../open-store.ts';
import { pairs, printable, say, sayJson, timeText } from '../output.ts';
import { readRequest } from '../request-file.ts';
import { addRequestFlags, requestContext, type RequestFlags } from '../request-flags.ts';
import { addSettings, readSettings } from '../settings.ts';

export function configure(command: Command): void {
  addRequestFlags(addSettings(command, ['store', 'namespace', 'tenant', 'openaiUrl', 'anthropicUrl']))
    .description('Says whether a request would be a hit, and if not, in which fields it differs from the nearest stored one of its tenant. The file: { "path": "/v1/chat/completions", "headers": {}, "body": {} }. `-` is standard input. Nobody is asked.')
    .option('--json', 'As a JSON object.')
    .action(explain);
}

async function explain(file: string, flags: RequestFlags & Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const request = readRequest(await withInput(file, (path) => readFile(path, 'utf8')), requestContext(flags, settings));
  if ('wrong' in request) throw new CliError('failed', `${file} is no request: ${printable(request.wrong)}.`, { code: 'INVALID_REQUEST' });
  requireStore(settings);
  const cache = createCache(cacheOptions(settings));
  let explanation: Explanation;
  try {
    await cache.open();
    explanation = await cache.explain(request.url, request);
  } finally {
    await cache.close();
  }
  if (flags.json) return sayJson(asJson(explanation));
  tell(explanation);
}

function asJson({ hit, id, why, nearest }: Explanation): object {
  return { hit, id, why: why ?? null, nearest: nearest ? { id: nearest.id, createdAt: timeText(nearest.createdAt), model: nearest.model ?? null, differs: nearest.differs } : null };
}

function tell({ hit, id, why, nearest }: Explanation): void {
  say(`${hit ? 'Hit' : 'Miss'}: ${id}`);
  if (why !== undefined) say(printable(`Because ${why}.`));
  if (!nearest) return;
  say(`Nearest is ${nearest.id}${nearest.model === undefined ? '' : printable(` of ${nearest.model}`)}, made ${timeText(nearest.createdAt)}.`);
  if (nearest.differs.length === 0) return say('It differs in nothing that is kept of it.');
  for (const line of pairs(nearest.differs.map(({ field, how }) => [printable(field === '' ? '/' : field), how] as const), '  ')) say(line);
}
