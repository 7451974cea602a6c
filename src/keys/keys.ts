import { randomBytes } from 'node:crypto';
import { tenantOf } from './credentials.ts';
import { createIdentifier, type Identify } from './identify.ts';
import { identifyValue, type ValueCall } from './identify-value.ts';
import type { Identity } from '../model/key.ts';

/** What gives requests their keys and tenants, under the secret of one store. */
export interface Keys {
  readonly identify: Identify;
  identifyValue(call: ValueCall): Identity;
  /** The tenant that the credentials of a call stand for. */
  tenantOf(headers: Readonly<Record<string, string>>, url: string): string;
}

/** Makes keys under a secret; without one under a secret of their own, so that nothing they name is found by anybody else. */
export function createKeys(options: { readonly ignore: readonly string[]; readonly count: readonly string[] }, secret: Uint8Array = randomBytes(32)): Keys {
  return {
    identify: createIdentifier({ secret, ...options }),
    identifyValue: (call) => identifyValue({ ...call, secret }),
    tenantOf: (headers, url) => tenantOf(headers, url, secret),
  };
}
