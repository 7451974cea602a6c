import type { Command } from 'commander';
import { BrokenAnswerError } from '../../base/errors.ts';
import type { Entry, EntryHead, Recorded } from '../../model/entry.ts';
import { CliError } from '../exit-codes.ts';
import { withStore } from '../open-store.ts';
import { pairs, printable, say, sayJson, sizeText, timeText } from '../output.ts';
import { headById } from '../selection.ts';
import { addSettings, readSettings } from '../settings.ts';
import { shownEntry } from '../shapes.ts';

interface Flags {
  readonly body?: true;
  readonly json?: true;
}

export function configure(command: Command): void {
  addSettings(command, ['store'])
    .description('Shows one entry, by its id or the beginning of it. Requests are not stored, so that none of their secrets can be shown.')
    .option('--body', 'The recorded answer too.')
    .option('--json', 'As a JSON object.')
    .action(show);
}

async function show(id: string, flags: Flags & Record<string, unknown>): Promise<void> {
  const { head, entry } = await withStore(readSettings(flags), { mustExist: true }, async (store) => {
    const found = await headById(store, id);
    return { head: found, entry: flags.body ? await store.get(found.id) : undefined };
  });
  if (flags.body && !entry) throw new CliError('failed', new BrokenAnswerError(`entry ${head.id} is damaged or gone`).message, { code: 'BROKEN_ANSWER' });
  const { stream, whole } = entry ?? {};
  const answers = [stream && ({ form: 'stream', recorded: stream } as const), whole && ({ form: 'whole', recorded: whole } as const)].filter((answer) => answer !== undefined);

  if (flags.json) {
    const { fields } = head;
    return sayJson({ ...shownEntry(head, Date.now()), fields: Object.keys(fields), ...(entry && { answers: answers.map(({ form, recorded }) => ({ form, ...asJson(recorded) })) }) });
  }
  for (const line of pairs(rowsOf(head))) say(line);
  for (const { form, recorded } of answers) {
    say();
    say(`${form} answer, status ${recorded.status}, ${sizeText(recorded.body.byteLength)}`);
    for (const [name, value] of Object.entries(recorded.headers)) say(`${printable(name)}: ${printable(value)}`);
    say();
    process.stdout.write(shownBody(recorded));
  }
}

function rowsOf(head: EntryHead): [string, string][] {
  const { expiresAt, state, usage, tags, attributes, model, text } = shownEntry(head, Date.now());
  const rows: [string, string | undefined][] = [
    ['id', head.id],
    ['kind', `${head.kind} (${head.format})`],
    ['model', model ?? undefined],
    ['namespace', head.namespace],
    ['tenant', head.tenant],
    ['text', text ?? undefined],
    ['tags', tags.length > 0 ? tags.join(', ') : undefined],
    ...Object.entries(attributes).map(([name, value]): [string, string] => [`attribute ${name}`, value]),
    ['made', `${timeText(head.createdAt)} by ${head.origin}`],
    ['expires', expiresAt === null ? 'never' : `${expiresAt} (${state})`],
    ['size', `${sizeText(head.bytes)} (${head.forms.join(' and ')})`],
    ['tokens', usage ? `${usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h} in, ${usage.output} out` : undefined],
    ['counts', Object.keys(head.fields).join(' ') || undefined],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[printable(name), printable(value)]]));
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** The body as text, or `undefined` where it is none. */
function textOf(body: Uint8Array): string | undefined {
  try {
    return strict.decode(body);
  } catch {
    return undefined;
  }
}

function asJson({ status, headers, body }: Entry['whole'] & {}): object {
  const text = textOf(body);
  return { status, headers, bytes: body.byteLength, ...(text === undefined ? { base64: Buffer.from(body).toString('base64') } : { text }) };
}

/** On a terminal without what it would obey; elsewhere byte for byte. */
function shownBody({ body }: Recorded): string | Uint8Array {
  if (!process.stdout.isTTY) return body;
  const text = textOf(body);
  return text === undefined ? 'These bytes are no text; --json shows them as base64.\n' : `${text.split('\n').map(printable).join('\n')}\n`;
}
