import { hash } from 'node:crypto';
import { stringify } from 'devalue';
import type { Form } from '../model/entry.ts';
import type { Identity, Key } from '../model/key.ts';
import type { RequestFacts } from '../model/request.ts';
import { fieldsOf } from './fields.ts';
import { KEY_VERSION } from './identify.ts';
import { plainCopy } from './plain-copy.ts';

/** One call of a wrapped function. */
export interface ValueCall {
  /** Of the function. */
  readonly name: string;
  /** What counts: its arguments, or what the user's `key` made of them. */
  readonly args: readonly unknown[];
  readonly tenant: string;
  readonly namespace: string;
  /** `stream` for a generator. */
  readonly form: Form;
  /** Of the store; without it the key has no fields, and a miss cannot be explained. */
  readonly secret?: Uint8Array;
}

/**
 * The identity of a call of a wrapped function. Arguments are compared by value: Date, Map, Set, bigint, typed arrays, `undefined`,
 * NaN and -0 are told apart, cycles are followed, the order of the members of plain objects does not matter. What cannot be told
 * apart (functions, symbols, promises, instances of classes) is an `UnkeyableError`.
 */
export function identifyValue(call: ValueCall): Identity {
  const { name, args, tenant, namespace, form, secret } = call;
  const copy = plainCopy(name, args);
  const id = hash('sha256', `${prefixOf('id', call)}${stringify(copy)}`);
  let key: Key | undefined;
  return {
    id,
    facts: factsOf(form),
    remembered: false,
    key: () =>
      (key ??= {
        id,
        scope: hash('sha256', prefixOf('scope', { name, tenant, namespace })),
        fields: secret ? fieldsOf({ root: copy, beside: [], secret, tenant, textOf: (value) => stringify(value) }) : {},
      }),
  };
}

const prefixOf = (what: 'id' | 'scope', { name, tenant, namespace }: Pick<ValueCall, 'name' | 'tenant' | 'namespace'>): string =>
  JSON.stringify(['reprise', KEY_VERSION, what, tenant, namespace, 'value', name]);

/** A function may give another value each time, and its arguments are never matched by meaning. */
const factsOf = (form: Form): RequestFacts => ({ form, wish: { usage: false }, matchable: false, varies: true, kept: false });
