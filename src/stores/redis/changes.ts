import { randomUUID } from 'node:crypto';
import { isObject, parseJson } from '../../base/json.ts';
import type { Change, Changes, Query } from '../store.ts';
import type { Bus } from './bus.ts';

type Kind = 'set' | 'delete' | 'clear';

/** Tells other processes of changes, and hears of theirs. */
export interface ChangeChannel extends Changes {
  readonly channel: string;
  /** What is to be published when entries change, so that this process knows it for its own. */
  message(kind: Kind, ids?: readonly string[], query?: Query): string;
}

export function changeChannel(prefix: string, bus: Bus): ChangeChannel {
  const origin = randomUUID();
  const channel = `${prefix}changes`;
  return {
    channel,
    message: (kind, ids = [], query) => JSON.stringify({ origin, kind, ids, query }),
    subscribe(listener) {
      const heard = (message: Buffer) => {
        const change = changeIn(message, origin);
        if (change) listener(change);
      };
      return bus.listen(channel, heard, () => listener({ kind: 'lost' })).stop;
    },
  };
}

/** What a message says; nothing for one's own. What cannot be read may mean anything. */
function changeIn(message: Buffer, own: string): Change | undefined {
  const told = parseJson(message.toString());
  if (isObject(told)) {
    const { origin, kind, ids, query } = told;
    if (origin === own) return undefined;
    if (kind === 'clear') return { kind };
    if ((kind === 'set' || kind === 'delete') && Array.isArray(ids) && (query === undefined || isQuery(query))) {
      return { kind, ids: ids.filter((id) => typeof id === 'string'), ...(query && { query }) };
    }
  }
  return { kind: 'lost' };
}

const MOMENTS: readonly string[] = ['createdBefore', 'expiredAt', 'droppableAt'];

/** A number that JSON does not have has become `null`, and makes it none. */
const isQuery = (told: unknown): told is Query =>
  isObject(told) && Object.entries(told).every(([name, value]) => (name === 'attributes' ? isObject(value) : typeof value === (MOMENTS.includes(name) ? 'number' : 'string')));
