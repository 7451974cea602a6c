import type { Records } from '../stores/store.ts';

/** Where the secret of a store stands among its records. */
export const SECRET_RECORD = 'secret/tenants';
const SECRET_BYTES = 32;

/**
 * The secret of a store, under which tenants and the digests of fields are made: read, or made with `random` on first use. Processes
 * that open a store at the same moment agree on one. A record that cannot be read is replaced; what was stored under the tenants of
 * the old secret is then found no more. Rejects with the store's error.
 */
export async function openSecret(records: Records, random: (bytes: number) => Uint8Array): Promise<Uint8Array> {
  for (;;) {
    const record = await records.get(SECRET_RECORD);
    if (record && /^[0-9a-f]{64}$/.test(record.value)) return Buffer.from(record.value, 'hex');

    const secret = Buffer.from(random(SECRET_BYTES));
    // Whoever loses the race reads the winner's.
    if (await records.put(SECRET_RECORD, secret.toString('hex'), record?.version)) return secret;
  }
}
