/** A server for the benchmarks is not there. */
export class ServerMissing extends Error {}

/** Where a server for the benchmarks is: the one of the tests, which `scripts/services` starts. */
export function serverAt(variable: 'REPRISE_TEST_REDIS_URL' | 'REPRISE_TEST_REDIS_STACK_URL' | 'REPRISE_TEST_POSTGRES_URL'): string {
  const url = process.env[variable];
  if (!url) throw new ServerMissing(`${variable} is not set; \`eval "$(scripts/services start)"\` starts the servers and sets it.`);
  return url;
}

/** The same place with options of the store. */
export const withOptions = (url: string, options: Readonly<Record<string, string>>): string =>
  `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(options).toString()}`;
