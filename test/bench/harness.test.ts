import { describe, expect, it } from 'vitest';
import { replyIn } from '../../bench/processes/http-client.ts';
import { type Contestant, inRounds, median, percentile } from '../../bench/rounds.ts';
import { answerOf, answerText, indexOf, requestOf } from '../../bench/sample.ts';
import { slope } from '../../bench/suites/heap.ts';
import { asMarkdown, asText, atLeast, atMost, type Table } from '../../bench/table.ts';

const table: Table = {
  title: 'Hits',
  about: ['One at a time.'],
  columns: ['', 'a call', 'includes'],
  rows: [
    ['ours', '4.0 us', 'key | lookup'],
    ['a peer', '12.7 us', 'lookup'],
  ],
  checks: [atLeast('against the peer', 1.3, 3.17), atMost('start', 300, 420, (value) => `${value} ms`)],
};

describe('the tables of the benchmarks', () => {
  it('say in text what was met and what was missed', () => {
    const lines = asText(table).split('\n');

    expect(lines.slice(0, 6)).toEqual(['Hits', '====', '         a call  includes', '------  -------  ------------', 'ours     4.0 us  key | lookup', 'a peer  12.7 us  lookup']);
    expect(lines).toContain('met     against the peer: 3.17x (aim >= 1.30x)');
    expect(lines).toContain('MISSED  start: 420 ms (aim <= 300 ms)');
  });

  it('are Markdown tables whose cells may have bars in them', () => {
    const lines = asMarkdown(table).split('\n');

    expect(lines).toContain('| ours | 4.0 us | key \\| lookup |');
    expect(lines).toContain('| against the peer | ≥ 1.30x | 3.17x | met |');
    expect(lines).toContain('| start | ≤ 300 ms | 420 ms | **missed** |');
  });
});

describe('the rounds', () => {
  const plan = { rounds: 3, calls: 4, requests: 2, warmUp: 1 };
  const contestant = (name: string, ask: (index: number) => Promise<unknown>): Contestant => ({ name, includes: '', ask, textOf: String });

  it('take the contestants in turn, another first each time', async () => {
    const asked: string[] = [];
    const of = (name: string) => contestant(name, async (index) => (asked.push(name), index));

    await inRounds([of('A'), of('B')], plan, String);

    const rounds = asked.slice(6, -4).join('');
    expect(rounds).toBe(['AAAABBBB', 'BBBBAAAA', 'AAAABBBB'].join(''));
  });

  it('end with an error when a contestant answers wrongly', async () => {
    const wrong = contestant('wrong', async () => 7);

    await expect(inRounds([wrong], plan, String)).rejects.toThrow('wrong gave a wrong answer to request 0: 7');
  });

  it('know the middle, a share and a slope of numbers', () => {
    expect(median([5, 1, 9])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5)).toBe(6);
    expect(slope([[0, 3], [1, 5], [2, 7]])).toBe(2);
  });
});

describe('the sample', () => {
  it('has requests of the size that is asked for, and answers of 2 KB that name them', () => {
    for (const bytes of [1024, 20 * 1024]) {
      const text = JSON.stringify(requestOf(17, bytes));
      expect(text.length).toBe(bytes);
      expect(indexOf(requestOf(17, bytes).messages.at(-1)!.content)).toBe(17);
    }
    expect(JSON.stringify(answerOf(17)).length).toBeGreaterThan(1_900);
    expect(answerText(17)).not.toBe(answerText(18));
  });
});

describe('the client', () => {
  const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
  const chunked = 'HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n';

  it.each([
    ['with a length', plain, 200],
    ['in chunks', chunked, 502],
  ])('knows when an answer %s is complete', (_, text, status) => {
    const bytes = Buffer.from(text);

    for (let cut = 0; cut < bytes.length; cut++) expect(replyIn(bytes.subarray(0, cut))).toBeUndefined();
    expect(replyIn(bytes)).toMatchObject({ status, body: Buffer.from('hello') });
  });
});
