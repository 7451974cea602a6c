import type { EntryHead, Form } from '../model/entry.ts';
import type { Usage } from '../model/usage.ts';
import { timeText } from './output.ts';

/** An entry as `--json` shows it. Members may be added in later versions; none goes or changes its meaning. */
export interface ShownEntry {
  readonly id: string;
  readonly kind: string;
  readonly format: string;
  readonly namespace: string;
  readonly tenant: string;
  readonly model: string | null;
  /** The last user message, or what stands for it. */
  readonly text: string | null;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly state: 'fresh' | 'expired';
  readonly bytes: number;
  readonly forms: readonly Form[];
  readonly usage: Usage | null;
}

export function shownEntry(head: EntryHead, now: number): ShownEntry {
  const { id, kind, format, namespace, tenant, model, text, tags, attributes, origin, createdAt, expiresAt, bytes, forms, usage } = head;
  return {
    id, kind, format, namespace, tenant,
    model: model ?? null,
    text: text ?? null,
    tags, attributes, origin,
    createdAt: timeText(createdAt),
    expiresAt: expiresAt === undefined ? null : timeText(expiresAt),
    state: expiresAt !== undefined && now >= expiresAt ? 'expired' : 'fresh',
    bytes, forms,
    usage: usage ?? null,
  };
}
