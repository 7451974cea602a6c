import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Message {
  readonly role: string;
  readonly content: string;
}
type Text = string | readonly Message[];

interface Group {
  readonly id: string;
  readonly domain: string;
  readonly q: Text;
  readonly same: readonly Text[];
  readonly different: readonly { readonly text: Text; readonly kind: string }[];
}

const folder = join(import.meta.dirname, '../../models/data');
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
const groupsOf = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Group);
const textsOf = ({ q, same, different }: Group) => [q, ...same, ...different.map(({ text }) => text)];
const plain = (text: Text) => JSON.stringify(text).toLowerCase().replace(/\s+/g, ' ');

describe.each(files)('%s', (file) => {
  const groups = groupsOf(file);
  const conversations = file.startsWith('conversations');

  it('has as many texts a group as its kind of file has', () => {
    const counts = new Set(groups.map(({ same, different }) => `${same.length} same, ${different.length} different`));

    expect([...counts]).toEqual([conversations ? '2 same, 3 different' : '3 same, 4 different']);
    expect(groups.every(({ id, domain, different }) => id !== '' && domain !== '' && different.every(({ kind }) => /^[a-z_]+$/.test(kind)))).toBe(true);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length);
  });

  it('has no text twice', () => {
    const texts = groups.flatMap(textsOf).map(plain);

    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
  });

  it.runIf(conversations)('ends every conversation with the user', () => {
    const messages = groups.flatMap(textsOf) as (readonly Message[])[];

    expect(messages.every((all) => all.length >= 2 && all.at(-1)!.role === 'user' && all.every(({ content }) => content.trim() !== ''))).toBe(true);
  });
});
