import { exactOnPostgres } from '../stores/exact-postgres.ts';
import { exactOnRedis } from '../stores/exact-redis.ts';
import { oneCall } from '../stores/one-call.ts';
import { oneFile } from '../stores/one-file.ts';
import { searchInRedis } from '../stores/search.ts';
import { sizes } from '../stores/sizes.ts';
import { ServerMissing } from '../stores/servers.ts';
import type { SuiteContext } from '../suite.ts';
import type { Table } from '../table.ts';

/** Parts of the suite in the order they run; `--part NAME` runs some of them. */
const PARTS: Readonly<Record<string, (context: SuiteContext) => Promise<Table>>> = {
  redis: exactOnRedis, postgres: exactOnPostgres, call: oneCall, file: oneFile, size: sizes, search: searchInRedis,
};

/** Stores that processes share. All but `file` want servers: `eval "$(scripts/services start)"`. */
export async function run(context: SuiteContext): Promise<readonly Table[]> {
  const { parts = Object.keys(PARTS), note } = context;
  const tables: Table[] = [];
  for (const name of parts) {
    const part = PARTS[name];
    if (!part) throw new Error(`The suite has no part ${name}; it has ${Object.keys(PARTS).join(', ')}.`);
    try {
      tables.push(await part(context));
    } catch (error) {
      // Whoever runs everything may have no servers.
      if (context.parts || !(error instanceof ServerMissing)) throw error;
      note(`the part ${name} is left out: ${error.message}`);
    }
  }
  return tables;
}
