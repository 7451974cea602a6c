import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LlmRequest, RequestFacts } from '../model/request.ts';
import type { Format } from '../providers/format.ts';
import { COUNTING_HEADERS } from './not-counting.ts';

/** What is kept of a request that was seen. */
export interface Alias {
  readonly id: string;
  readonly facts: RequestFacts;
}

/** All by which two requests with one body may yet differ. */
export interface Circumstances {
  readonly format: Format;
  readonly request: LlmRequest;
  readonly tenant: string;
  readonly namespace: string;
}

/** What is remembered with one body. */
interface Known extends Alias {
  readonly format: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly url: string;
  /** Only those that count. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What aliases may take in memory, in bytes, whatever their number. */
const MAX_BYTES = 16 * 1024 * 1024;
/**
 * Longer bodies are known by their SHA-256, so that few of them do not fill the memory, and because V8 hashes strings of more than 16,383
 * characters by their length alone. Shorter ones are known by themselves: a digest costs more.
 */
const LONGEST_KEPT = 8 * 1024;
/** How many tenants, addresses and so on are told apart for one body. */
const MOST_CIRCUMSTANCES = 16;

/**
 * Requests that were seen, by the very body they came with, so that an equal one is known without parsing it. Bodies are compared in
 * full, never by a short digest. Raw bytes and texts are kept apart, since bytes may say what no text can.
 */
export class Aliases {
  readonly #texts: LRUCache<string, readonly Known[]>;
  readonly #bytes: LRUCache<string, readonly Known[]>;

  constructor(max: number) {
    const options = { max, maxSize: MAX_BYTES / 2, sizeCalculation: sizeOf };
    this.#texts = new LRUCache(options);
    this.#bytes = new LRUCache(options);
  }

  get(body: Uint8Array | string, circumstances: Circumstances): Alias | undefined {
    const known = this.#mapOf(body).get(nameOf(body));
    return known?.find((alias) => fits(alias, circumstances));
  }

  set(body: Uint8Array | string, { format, request: { url, headers }, tenant, namespace }: Circumstances, alias: Alias): void {
    const map = this.#mapOf(body);
    const name = nameOf(body);
    const counting: Record<string, string> = {};
    for (const header of COUNTING_HEADERS) if (headers[header] !== undefined) counting[header] = headers[header];
    const known: Known = { ...alias, format: format.name, tenant, namespace, url, headers: counting };
    map.set(name, [known, ...(map.peek(name) ?? []).slice(0, MOST_CIRCUMSTANCES - 1)]);
  }

  #mapOf(body: Uint8Array | string): LRUCache<string, readonly Known[]> {
    return typeof body === 'string' ? this.#texts : this.#bytes;
  }
}

/** The body itself, bytes as one character each; a digest for a long one. No JSON object begins like a digest. */
function nameOf(body: Uint8Array | string): string {
  if (body.length > LONGEST_KEPT) return `#${hash('sha256', body, 'base64')}`;
  if (typeof body === 'string') return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

function fits(known: Known, { format, request: { url, headers }, tenant, namespace }: Circumstances): boolean {
  if (known.tenant !== tenant || known.url !== url || known.namespace !== namespace || known.format !== format.name) return false;
  for (let i = 0; i < COUNTING_HEADERS.length; i++) if (known.headers[COUNTING_HEADERS[i]!] !== headers[COUNTING_HEADERS[i]!]) return false;
  return true;
}

/** Roughly what the aliases of one body take. */
function sizeOf(known: readonly Known[], name: string): number {
  let bytes = Buffer.byteLength(name);
  for (const { facts, url, tenant } of known) {
    const schema = facts.schema === undefined ? 0 : 2 * JSON.stringify(facts.schema).length;
    bytes += 600 + url.length + tenant.length + Buffer.byteLength(facts.text ?? '') + schema;
  }
  return bytes;
}
