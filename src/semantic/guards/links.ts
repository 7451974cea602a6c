import type { ReadText } from '../text/read-text.ts';
import type { Guard } from './guard.ts';
import { onlyIn, unlike } from './sets.ts';

/** URLs and e-mail addresses that differ, or that only one text has. Not https://example.org/ and www.example.org. */
export const links: Guard = {
  name: 'links',
  veto(a, b) {
    const ofA = a.look(addresses);
    const ofB = b.look(addresses);
    const both = unlike(ofA, ofB);
    if (both) return `${both[0]} against ${both[1]}`;
    // With none in the other text: a whole address is what the text is about, a bare domain may be said in words.
    const [alone] = [...onlyIn(ofA, ofB).filter((one) => !mentions(b, one)), ...onlyIn(ofB, ofA).filter((one) => !mentions(a, one))];
    return alone !== undefined && /[/@]/.test(alone) ? `${alone} in one text only` : undefined;
  },
};

function addresses(text: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of text.words) {
    if (word.kind === 'email') found.add(word.raw.toLowerCase());
    if (word.kind === 'url') found.add(plain(word.raw));
  }
  return found;
}

/** Without the scheme, `www.` and the last slash; the host in lower case, the path as it is. */
function plain(url: string): string {
  const bare = url.replace(/^[a-z]+:\/\//i, '').replace(/^www\./i, '').replace(/\/$/, '');
  const slash = bare.search(/[/?#]/);
  return slash < 0 ? bare.toLowerCase() : bare.slice(0, slash).toLowerCase() + bare.slice(slash);
}

function mentions(text: ReadText, address: string): boolean {
  return text.text.toLowerCase().includes(address.split(/[/?#]/)[0]?.toLowerCase() ?? address);
}
