import { embedding } from '../semantic/embedding.ts';
import { eventLoop } from '../semantic/event-loop.ts';
import { firstLookup } from '../semantic/first-lookup.ts';
import { judging } from '../semantic/judging.ts';
import { madeUp, manyNeighbours, million, neighbours } from '../semantic/neighbours.ts';
import { stream } from '../semantic/stream.ts';
import { wholeLookups } from '../semantic/whole-lookups.ts';
import type { SuiteContext } from '../suite.ts';
import type { Table } from '../table.ts';

/** Parts of the suite in the order they run; `--part NAME` runs some of them. The million comes first, so that its memory is not that of others. */
const PARTS: Readonly<Record<string, (context: SuiteContext) => Promise<Table | readonly Table[]>>> = {
  million, embedding, neighbours, 'many-neighbours': manyNeighbours, 'made-up': madeUp, judging, lookups: wholeLookups, stream, first: firstLookup, loop: eventLoop,
};

/** Matching by meaning: vectors, index, judge, whole lookups, and how long the event loop is held. */
export async function run(context: SuiteContext): Promise<readonly Table[]> {
  const { parts = Object.keys(PARTS) } = context;
  const tables: Table[] = [];
  for (const name of parts) {
    const part = PARTS[name];
    if (!part) throw new Error(`The suite has no part ${name}; it has ${Object.keys(PARTS).join(', ')}.`);
    tables.push(...[await part(context)].flat());
  }
  return tables;
}
