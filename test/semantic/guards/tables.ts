import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../src/semantic/guards/guard.ts';
import { readText } from '../../../src/semantic/text/read-text.ts';

/** One pair a line, the two texts on either side of `<>`. */
function pairsOf(table: string): [string, string][] {
  return table.trim().split('\n').map((line) => line.split('<>').map((text) => text.trim()) as [string, string]);
}

/** Holds a guard to its table: what it must veto, and what it must let pass, from both sides; no fewer than 20 of each. */
export function holdsItsTable(guard: Guard, tables: { vetoes: string; passes: string }): void {
  const vetoes = pairsOf(tables.vetoes);
  const passes = pairsOf(tables.passes);

  describe(`the guard for ${guard.name}`, () => {
    it('has a table of at least 20 pairs of either kind', () => {
      expect(Math.min(vetoes.length, passes.length)).toBeGreaterThanOrEqual(20);
    });

    it.each(vetoes)('vetoes %j for %j', (a, b) => {
      expect(guard.veto(readText(a), readText(b))).toEqual(expect.any(String));
      expect(guard.veto(readText(b), readText(a))).toEqual(expect.any(String));
    });

    it.each(passes)('lets %j pass for %j', (a, b) => {
      expect(guard.veto(readText(a), readText(b))).toBeUndefined();
      expect(guard.veto(readText(b), readText(a))).toBeUndefined();
    });
  });
}
