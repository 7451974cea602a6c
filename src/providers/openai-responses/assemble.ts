import type { Json, JsonObject } from '../../base/json.ts';
import { isObject, toBytes } from '../../base/json.ts';
import { ASSEMBLED, readStream, survivesParsing, TERMINAL, TEXTS } from './events.ts';
import type { ReadStream, TextEvents } from './events.ts';

/**
 * See `Format.assemble`. The terminal event carries the whole answer in the provider's own words. It is taken only when every event is
 * known, nothing follows it, and what the events before it said is what it says.
 */
export function assembleResponses(stream: Uint8Array): Uint8Array | undefined {
  const read = readStream(stream);
  const { response, terminal, events, data } = read;
  if (!read.sound || !response || !Array.isArray(response.output)) return undefined;
  if (!events.every((event) => ASSEMBLED.has(String(event.type)))) return undefined;
  if (events.some((event) => TERMINAL.has(String(event.type)) && event !== terminal) || !endsWith(events, terminal)) return undefined;
  if (!agrees(read, response) || !data.every(survivesParsing)) return undefined;
  return toBytes(JSON.stringify(response));
}

/** True when nothing but signs of life follows the terminal event. */
function endsWith(events: readonly JsonObject[], terminal: JsonObject | undefined): boolean {
  return events.findLast((event) => event.type !== 'keepalive') === terminal;
}

/** What the events said of one text: its pieces, and the whole. */
interface Said {
  readonly kind: TextEvents;
  readonly output: Json | undefined;
  readonly index: number;
  pieces?: string;
  whole?: Json;
}

const KINDS = new Map<string, { kind: TextEvents; done: boolean }>(
  Object.values<TextEvents>(TEXTS).flatMap((kind) => [
    [`${kind.stem}.delta`, { kind, done: false }] as const,
    [`${kind.stem}.done`, { kind, done: true }] as const,
  ]),
);

/** True when the whole answer has the same id, the same finished items and the same texts as the events before it. */
function agrees(read: ReadStream, response: JsonObject): boolean {
  const output = response.output as readonly Json[];
  const ids = new Map<Json | undefined, Json | undefined>();
  const said = new Map<string, Said>();
  const itemAt = (index: Json | undefined) => {
    const id = ids.get(index);
    const item = id === undefined ? output[Number(index)] : output.find((one) => isObject(one) && one.id === id);
    return isObject(item) ? item : undefined;
  };

  for (const event of read.events) {
    if (isObject(event.response) && event.response.id !== response.id) return false;
    if (isObject(event.item)) ids.set(event.output_index, event.item.id);
    const text = KINDS.get(String(event.type));
    if (text && !hear(said, event, text.kind, text.done)) return false;
    if (event.type !== 'response.output_item.done') continue;
    const item = itemAt(event.output_index);
    if (!item || !isObject(event.item) || item.type !== event.item.type) return false;
  }

  for (const { kind, output: at, index, pieces, whole } of said.values()) {
    const item = itemAt(at);
    const text = item && kind.of(item, index);
    if (text === undefined || (pieces !== undefined && pieces !== text) || (whole !== undefined && whole !== text)) return false;
  }
  return true;
}

/** Notes what one event says of a text; false when it says it in a way that is not known. */
function hear(said: Map<string, Said>, event: JsonObject, kind: TextEvents, done: boolean): boolean {
  const index = kind.index === undefined ? 0 : event[kind.index];
  if (typeof event.output_index !== 'number' || typeof index !== 'number') return false;
  const place = `${kind.stem} ${event.output_index} ${index}`;
  const known = said.get(place) ?? { kind, output: event.output_index, index };
  said.set(place, known);
  if (done) {
    known.whole = event[kind.done];
    return typeof known.whole === 'string';
  }
  if (typeof event.delta !== 'string') return false;
  known.pieces = (known.pieces ?? '') + event.delta;
  return true;
}
