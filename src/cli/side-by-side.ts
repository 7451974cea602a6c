import { printable } from './output.ts';

const GAP = '  |  ';
const NARROWEST = 20;

/** Two texts beside each other, in lines of `width` characters. Blank lines of the texts are kept, what a terminal would obey is not. */
export function sideBySide(left: string, right: string, width: number): string[] {
  const room = Math.max(NARROWEST, Math.floor((width - GAP.length) / 2));
  const [a, b] = [wrapped(left, room), wrapped(right, room)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => `${(a[at] ?? '').padEnd(room)}${GAP}${b[at] ?? ''}`.trimEnd());
}

/** A text in lines of at most so many characters, cut between words where that can be. */
export function wrapped(text: string, room: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let rest = printable(line).trimEnd();
    while (rest.length > room) {
      const space = rest.lastIndexOf(' ', room);
      const at = space > 0 ? space : room;
      lines.push(rest.slice(0, at));
      rest = rest.slice(space > 0 ? at + 1 : at);
    }
    return [...lines, rest];
  });
}
