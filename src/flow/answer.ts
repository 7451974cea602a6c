import type { Clock } from '../base/clock.ts';
import type { Entry, Form } from '../model/entry.ts';
import type { Answer } from '../model/outcome.ts';
import type { Wish } from '../model/request.ts';
import type { Format } from '../providers/format.ts';

/** How fast a stored answer is streamed: all at once, as it once came, or so many tokens a second (of four characters each). */
export type Pacing = 'instant' | 'recorded' | { readonly tokensPerSecond: number };

/** How fast, by which clock, and until when. */
export interface Pace {
  readonly pacing: Pacing;
  readonly clock: Clock;
  /** Ends a paced stream. */
  readonly signal?: AbortSignal | undefined;
}

const BYTES_PER_TOKEN = 4;

/** The forms that were worked out of an entry, kept as long as the entry is. */
const derived = new WeakMap<Entry, Map<string, Uint8Array | undefined>>();
/** The headers of its answers, likewise. Frozen, since many callers get the same. */
const replayed: Readonly<Record<Form, WeakMap<Entry, Answer['headers']>>> = { stream: new WeakMap(), whole: new WeakMap() };

/** The bytes of an entry in a form, or `undefined` when they cannot be derived faithfully. */
export function bytesOf(entry: Entry, form: Form, wish: Wish, format: Format): Uint8Array | undefined {
  if (form === 'whole') return entry.whole?.body ?? remember(entry, 'whole', () => format.assemble(entry.stream!.body));
  const whole = () => {
    const events = format.play(entry.whole!.body);
    return events && Buffer.concat(events);
  };
  const stream = entry.stream?.body ?? remember(entry, 'stream', whole);
  if (!stream) return undefined;
  return remember(entry, wish.usage ? 'stream with usage' : 'stream without usage', () => {
    const filter = format.filter(wish);
    return filter ? Buffer.concat([filter.push(stream), filter.end()]) : stream;
  });
}

function remember(entry: Entry, name: string, make: () => Uint8Array | undefined): Uint8Array | undefined {
  let forms = derived.get(entry);
  if (!forms) derived.set(entry, (forms = new Map()));
  if (!forms.has(name)) forms.set(name, make());
  return forms.get(name);
}

/** An entry as the answer to a caller, or `undefined` when the form that is wanted cannot be derived. */
export function answerFrom(entry: Entry, form: Form, wish: Wish, format: Format, pace: Pace): Answer | undefined {
  const bytes = bytesOf(entry, form, wish, format);
  if (!bytes) return undefined;
  const recorded = (form === 'stream' ? (entry.stream ?? entry.whole) : (entry.whole ?? entry.stream))!;
  let headers = replayed[form].get(entry);
  if (!headers) replayed[form].set(entry, (headers = Object.freeze({ ...recorded.headers, 'content-type': format.contentType[form] })));
  const { pacing } = pace;
  const body = form === 'stream' && pacing !== 'instant' ? paced(format.split(bytes), pacing, entry.stream?.marks, pace) : bytes;
  return { status: recorded.status, headers, form, body };
}

/** Hands out events one by one, each not before its time. */
async function* paced(events: readonly Uint8Array[], pacing: Exclude<Pacing, 'instant'>, marks: readonly number[] | undefined, { clock, signal }: Pace) {
  const started = clock.elapsed();
  let bytes = 0;
  for (const event of events) {
    const due = pacing === 'recorded' ? whenCame(bytes, marks) : (bytes / BYTES_PER_TOKEN / pacing.tokensPerSecond) * 1000;
    const wait = started + due - clock.elapsed();
    if (wait > 0) await clock.sleep(wait, signal);
    yield event;
    bytes += event.length;
  }
}

/** When the byte at this offset came, in milliseconds after the first. */
function whenCame(offset: number, marks: readonly number[] = []): number {
  for (let at = 0; at + 1 < marks.length; at += 2) if (marks[at + 1]! > offset) return marks[at]!;
  return 0;
}
