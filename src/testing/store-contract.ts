import assert from 'node:assert/strict';
import type { Store } from '../stores/store.ts';
import { deletionCases } from './store-contract/deletion.ts';
import { entryCases } from './store-contract/entries.ts';
import { leaseCases } from './store-contract/leases.ts';
import { lastingCases } from './store-contract/lasting.ts';
import { queryCases } from './store-contract/queries.ts';
import { recordCases } from './store-contract/records.ts';
import type { ContractOptions, StoreCase } from './store-contract/case.ts';

export type { ContractOptions, StoreCase } from './store-contract/case.ts';

/** One case of the contract, ready to run. */
export interface ContractCase {
  /** Reads as a sentence after the store's name. */
  readonly name: string;
  /** Makes a store, runs the case and closes the store. Rejects with an `AssertionError` when the store does not keep the contract. */
  run(): Promise<void>;
}

/**
 * All that `Store` promises, as cases for any test runner:
 *
 *     for (const { name, run } of storeContract(() => myStore())) it(name, run);
 *
 * `make` is called anew for every case, and has to give a store that holds nothing yet. For a lasting store give `reopen` too, which makes
 * a store upon what the store of the same case left.
 */
export function storeContract(make: () => Store | Promise<Store>, options: ContractOptions = {}): readonly ContractCase[] {
  const cases: readonly StoreCase[] = [...entryCases, ...queryCases, ...deletionCases, ...recordCases, ...leaseCases, ...(options.reopen ? lastingCases : [])];
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      const store = await make();
      const opened: Store[] = [store];
      try {
        const abilities = await store.open();
        assert.equal(typeof abilities, 'object', 'open() gives the abilities of the store');
        await run(store, {
          async reopen() {
            await opened.at(-1)!.close();
            const again = await options.reopen!();
            opened.push(again);
            await again.open();
            return again;
          },
        });
      } finally {
        await opened.at(-1)!.close();
      }
    },
  }));
}
