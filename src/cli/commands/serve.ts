import type { Command } from 'commander';
import { Core } from '../../cache.ts';
import { CacheError, OptionError, StoreError } from '../../base/errors.ts';
import { type Milliseconds, toByteCount, toMilliseconds } from '../../base/units.ts';
import { isLoopback } from '../../server/guard.ts';
import { makeService, type ServiceParts } from '../../server/langcache/service.ts';
import { createServer, type ServerOptions } from '../../server/server.ts';
import { CliError } from '../exit-codes.ts';
import { coreOptions } from '../core-options.ts';
import { shownStore } from '../open-store.ts';
import { colours, note, printable, say } from '../output.ts';
import { addSettings, numberIn, readSettings, SETTINGS, type SettingName, type Settings } from '../settings.ts';

/** How long a failure inside the cache that goes on is not told again. */
const TELL_AGAIN: Milliseconds = 60_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export function configure(command: Command): void {
  addSettings(command, Object.keys(SETTINGS) as SettingName[]);
  command.option('--json', 'Says where it listens as one line of JSON.').action(serve);
}

async function serve(flags: Record<string, unknown>): Promise<void> {
  const settings = readSettings(flags);
  const options = serverOptions(settings);
  const drain = toMilliseconds(settings.drain ?? SETTINGS.drain.default, 'drain');
  const core = new Core(coreOptions(settings));
  const langcache = makeService({
    store: core.store,
    semantic: { ...core.options.semantic, mode: 'on' },
    clock: core.options.clock,
    onTrouble: (error) => core.events.report(error instanceof CacheError ? error : new StoreError(core.store.name, 'read', error)),
    ...langcacheOptions(settings),
  });
  const server = createServer({ cache: core, ...options, groups: langcache.groups });
  tellFailures(core);

  let url: string;
  let hasKeys: boolean;
  try {
    await core.open();
    hasKeys = await langcache.keys.any();
    ({ url } = await server.listen());
  } catch (error) {
    await core.close().catch(() => {});
    throw asCliError(error, settings);
  }
  // Before the first word, as whoever reads it may send a signal at once.
  endOnSignal(async () => {
    await server.close({ graceMs: drain });
    await langcache.close();
    await core.close();
  });
  introduce(url, settings, hasKeys, flags.json === true);
}

/** The key of the rewriting model: not a flag, as those can be seen by all users of a machine. */
const REWRITER_KEY = 'REPRISE_REWRITER_KEY';

function langcacheOptions(settings: Settings): Pick<ServiceParts, 'door' | 'perSecond' | 'rewriter' | 'maxBodyBytes'> {
  const { langcacheRate, rewriter, rewriterUrl, maxBody, host = SETTINGS.host.default } = settings;
  const apiKey = process.env[REWRITER_KEY];
  return {
    door: isLoopback(host) ? 'loopback' : 'keys',
    ...(langcacheRate !== undefined && { perSecond: numberIn(langcacheRate, 'langcacheRate', 1, 1_000_000) }),
    ...(rewriter !== undefined && { rewriter: { model: rewriter, ...(rewriterUrl !== undefined && { baseURL: rewriterUrl }), ...(apiKey && { apiKey }) } }),
    ...(maxBody !== undefined && { maxBodyBytes: toByteCount(maxBody, 'maxBody') }),
  };
}

function serverOptions(settings: Settings): Omit<ServerOptions, 'cache'> {
  const { host = SETTINGS.host.default, port = SETTINGS.port.default, openaiUrl, anthropicUrl, tenant, log = SETTINGS.log.default } = settings;
  if (!['off', 'line', 'json'].includes(log)) throw new OptionError('log', 'off, line or json', log);
  const write = (text: string) => void process.stderr.write(text);
  return {
    host,
    port: numberIn(port, 'port', 0, 65_535),
    upstreams: { ...(openaiUrl !== undefined && { openai: openaiUrl }), ...(anthropicUrl !== undefined && { anthropic: anthropicUrl }) },
    maxBodyBytes: toByteCount(settings.maxBody ?? SETTINGS.maxBody.default, 'maxBody'),
    requestTimeout: toMilliseconds(settings.requestTimeout ?? SETTINGS.requestTimeout.default, 'requestTimeout'),
    connectTimeout: toMilliseconds(settings.connectTimeout ?? SETTINGS.connectTimeout.default, 'connectTimeout'),
    ...(tenant !== undefined && { tenant }),
    ...(settings.allowedHosts !== undefined && { allowedHosts: listIn(settings.allowedHosts) }),
    ...(settings.allowedOrigins !== undefined && { allowedOrigins: settings.allowedOrigins === '*' ? '*' : listIn(settings.allowedOrigins) }),
    ...(log !== 'off' && { log: { write, format: log === 'json' ? 'json' : 'text' } }),
  };
}

const listIn = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '');

/** Who may use the LangCache routes, in words. */
const ACCESS = {
  keys: 'wants a key of reprise keys create',
  open: 'is open to this machine, as no keys were made',
  off: 'is off, as others can reach this address and no keys were made (reprise keys create)',
} as const;

/** Says where it listens, and where calls go. */
function introduce(url: string, settings: Settings, hasKeys: boolean, json: boolean): void {
  const openai = settings.openaiUrl ?? SETTINGS.openaiUrl.default;
  const anthropic = settings.anthropicUrl ?? SETTINGS.anthropicUrl.default;
  const store = shownStore(settings);
  const { host = SETTINGS.host.default } = settings;
  const access = hasKeys ? 'keys' : isLoopback(host) ? 'open' : 'off';
  if (json) {
    const langcache = { serverUrl: url, access };
    const shown = { url, openai: { baseUrl: `${url}/v1`, upstream: openai }, anthropic: { baseUrl: url, upstream: anthropic }, langcache, store };
    say(JSON.stringify(shown));
  } else {
    const openaiBase = `${url}/v1`;
    const gap = ' '.repeat(4);
    say(`Reprise listens on ${colours.bold(url)}`);
    say(`  OpenAI     base URL ${openaiBase}${gap}goes to ${openai}`);
    say(`  Anthropic  base URL ${url.padEnd(openaiBase.length)}${gap}goes to ${anthropic}`);
    say(`  LangCache  server URL ${url}${gap}${ACCESS[access]}`);
    say(`  store      ${store}`);
  }
  if (!isLoopback(host)) {
    note(`Warning: ${host} is not this machine alone. Whoever reaches the port can use the proxy; the providers still want their own credentials.`);
  }
}

/** Tells of failures inside the cache, each kind at most once a minute. No request fails by them. */
function tellFailures(core: Core): void {
  const told = new Map<string, Milliseconds>();
  core.events.on('error', ({ error }) => {
    const now = performance.now();
    if (now - (told.get(error.code) ?? -Infinity) < TELL_AGAIN) return;
    told.set(error.code, now);
    note(`${new Date().toISOString()} ${error.code} ${printable(error.message)}`);
  });
}

/** Ends in good order at the first signal, at once at the second. */
function endOnSignal(end: () => Promise<void>): void {
  let ending = false;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (ending) process.exit(code);
      ending = true;
      end().then(
        () => process.exit(0),
        (error: unknown) => {
          note(`reprise: ${error instanceof Error ? error.message : String(error)}`);
          process.exit(1);
        },
      );
    });
  }
}

function asCliError(error: unknown, settings: Settings): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const { host = SETTINGS.host.default, port = SETTINGS.port.default } = settings;
  const configuration = (message: string) => new CliError('configuration', message, { code: code!, cause: error });
  if (code === 'EADDRINUSE') return configuration(`Port ${port} of ${host} is taken. Choose another with --port or REPRISE_PORT.`);
  if (code === 'EACCES') return configuration(`Port ${port} of ${host} may not be opened. Choose one above 1023 with --port or REPRISE_PORT.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return configuration(`${host} is no address of this machine. Choose another with --host or REPRISE_HOST.`);
  return error instanceof CacheError ? error : new StoreError('cache', 'open', error);
}
