import { describe, expect, it } from 'vitest';
import { SECRET_RECORD, openSecret } from '../../src/keys/secret.ts';
import type { Records, StoredRecord } from '../../src/stores/store.ts';

/** Records in a Map, each answer a turn of the event loop late, so that racing callers interleave. */
function slowRecords(): Records {
  const records = new Map<string, StoredRecord>();
  return {
    get: async (name) => records.get(name),
    async put(name, value, version) {
      await Promise.resolve();
      if (records.get(name)?.version !== version) return false;
      records.set(name, { name, value, version: (version ?? 0) + 1 });
      return true;
    },
    async delete(name) {
      records.delete(name);
    },
    list: async () => [...records.values()],
  };
}

describe('the secret of a store', () => {
  it('is made once and read ever after', async () => {
    const records = slowRecords();

    const first = await openSecret(records, (bytes) => new Uint8Array(bytes).fill(1));
    const again = await openSecret(records, (bytes) => new Uint8Array(bytes).fill(2));

    expect([...first]).toEqual(Array.from({ length: 32 }, () => 1));
    expect([...again]).toEqual([...first]);
  });

  it('is one for all who open the store at the same moment', async () => {
    const records = slowRecords();

    const secrets = await Promise.all(Array.from({ length: 20 }, (_, i) => openSecret(records, (bytes) => new Uint8Array(bytes).fill(i))));

    const stored = (await records.get(SECRET_RECORD))!.value;
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex')))).toEqual(new Set([stored]));
  });

  it('is made anew when its record cannot be read', async () => {
    const records = slowRecords();
    await records.put(SECRET_RECORD, 'damaged', undefined);

    const secret = await openSecret(records, (bytes) => new Uint8Array(bytes).fill(3));

    expect((await records.get(SECRET_RECORD))!.value).toBe(Buffer.from(secret).toString('hex'));
  });

  it('rejects with the error of a store that fails', async () => {
    const down: Records = { ...slowRecords(), get: () => Promise.reject(new Error('down')) };

    await expect(openSecret(down, (bytes) => new Uint8Array(bytes))).rejects.toThrow('down');
  });
});
