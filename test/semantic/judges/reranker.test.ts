import { afterEach, describe, expect, it } from 'vitest';
import type { PairJudge } from '../../../src/semantic/judges/pair-judge.ts';
import { rerankerJudge, type RerankerJudgeOptions } from '../../../src/semantic/judges/reranker.ts';
import type { LocalUpstream } from '../../server/support/upstream.ts';
import { localService, patient, reply } from './chat-service.ts';

const open: PairJudge[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((judge) => judge.close?.()));
});

function judgeAt(service: LocalUpstream, options: Partial<RerankerJudgeOptions> = {}): PairJudge {
  const judge = rerankerJudge({ url: `${service.url}/v2/rerank`, shape: 'cohere', model: 'rerank-v3.5', ...options });
  open.push(judge);
  return judge;
}

interface Sent { query: string; documents?: string[]; texts?: string[]; top_n?: number }

const sentTo = (service: LocalUpstream): Sent[] => service.asked.map(({ body }) => JSON.parse(body.toString()) as Sent);

/** Scores a document by the number it ends with, best first, as rerankers do. */
function ranked({ documents, texts }: Sent, score: string): object[] {
  return (documents ?? texts ?? [])
    .map((document, index) => ({ index, [score]: Number(document.split(' ').at(-1)) }))
    .toSorted((a, b) => b[score]! - a[score]!);
}

const cohere = () => localService((_, response, body) =>
  reply(response, { id: 'r', results: ranked(JSON.parse(body.toString()) as Sent, 'relevance_score'), meta: { billed_units: { search_units: 1 } } }));

describe('the reranker judge', () => {
  it.each([
    ['cohere', (rows: object[]) => ({ results: rows }), 'relevance_score',
      { model: 'm', query: 'q', documents: ['a 0.2', 'b 0.9'], top_n: 2 }],
    ['jina', (rows: object[]) => ({ model: 'm', usage: { total_tokens: 9 }, results: rows }), 'relevance_score',
      { model: 'm', query: 'q', documents: ['a 0.2', 'b 0.9'], top_n: 2, return_documents: false }],
    ['tei', (rows: object[]) => rows, 'score',
      { query: 'q', texts: ['a 0.2', 'b 0.9'], raw_scores: false, truncate: false }],
  ] as const)('speaks the shape of %s', async (shape, answer, score, body) => {
    const service = await localService((_, response, sent) => reply(response, answer(ranked(JSON.parse(sent.toString()) as Sent, score))));

    const judged = await judgeAt(service, { shape, model: 'm', apiKey: 'k' }).judge([['q', 'a 0.2'], ['q', 'b 0.9']], patient());

    expect(judged).toEqual([{ probability: 0.2, whole: true }, { probability: 0.9, whole: true }]);
    expect(sentTo(service)).toEqual([body]);
    expect(service.asked[0]).toMatchObject({ url: '/v2/rerank', headers: { authorization: 'Bearer k' } });
  });

  it('asks once for all pairs with the same asked text, and once for a text that stands in several', async () => {
    const service = await cohere();

    const judged = await judgeAt(service).judge([['q', 'a 0.1'], ['r', 'a 0.1'], ['q', 'b 0.2'], ['q', 'a 0.1']], patient());

    expect(judged.map(({ probability }) => probability)).toEqual([0.1, 0.1, 0.2, 0.1]);
    expect(sentTo(service).map(({ query, documents }) => [query, documents]).toSorted()).toEqual([['q', ['a 0.1', 'b 0.2']], ['r', ['a 0.1']]]);
  });

  it('sends no more documents in a call than the service takes', async () => {
    const service = await cohere();
    const pairs = Array.from({ length: 5 }, (_, at) => ['q', `d 0.${at}`] as const);

    const judged = await judgeAt(service, { batchSize: 2 }).judge(pairs, patient());

    expect(judged.map(({ probability }) => probability)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(sentTo(service).map(({ documents }) => documents!.length).toSorted()).toEqual([1, 2, 2]);
  });

  it('cuts scores to 0 to 1, and decides where it has a threshold', async () => {
    const service = await cohere();
    const pairs = [['q', 'a -3'], ['q', 'b 0.5'], ['q', 'c 7.2'], ['q', 'd 0.49']] as const;

    const free = judgeAt(service);
    const deciding = judgeAt(service, { threshold: 0.5 });

    expect((await free.judge(pairs, patient())).map(({ probability, same }) => [probability, same])).toEqual([[0, undefined], [0.5, undefined], [1, undefined], [0.49, undefined]]);
    expect((await deciding.judge(pairs, patient())).map(({ same }) => same)).toEqual([false, true, true, false]);
    expect([free.decides, deciding.decides]).toEqual([undefined, true]);
  });

  it('does not send what the service would cut, and does not say that it was read', async () => {
    const service = await cohere();

    const judged = await judgeAt(service, { threshold: 0 }).judge([['q', `${'x'.repeat(2000)} 1`], ['q', 'b 0.5']], patient());

    expect(judged).toEqual([{ probability: 0, same: false, whole: false }, { probability: 0.5, same: true, whole: true }]);
    expect(sentTo(service)[0]!.documents).toEqual(['b 0.5']);
  });

  it('reports what its calls cost, where it is told', async () => {
    const service = await cohere();

    const judged = await judgeAt(service, { costPerCall: 0.002 }).judge([['q', 'a 0.1'], ['q', 'b 0.2'], ['r', 'c 0.3']], patient());

    expect(judged.map(({ cost }) => cost)).toEqual([0.001, 0.001, 0.002]);
  });

  it.each([
    ['text', 'sure'],
    ['no results', {}],
    ['too few', { results: [{ index: 0, relevance_score: 1 }] }],
    ['one twice', { results: [{ index: 0, relevance_score: 1 }, { index: 0, relevance_score: 0.5 }] }],
    ['an index of no document', { results: [{ index: 0, relevance_score: 1 }, { index: 2, relevance_score: 1 }] }],
    ['a score that is none', { results: [{ index: 0, relevance_score: 1 }, { index: 1, relevance_score: null }] }],
    ['the shape of another', [{ index: 0, score: 1 }, { index: 1, score: 1 }]],
  ])('fails where it is answered with %s', async (_, answer) => {
    const service = await localService((_request, response) => reply(response, answer));

    await expect(judgeAt(service).judge([['q', 'a'], ['q', 'b']], patient())).rejects.toMatchObject({ code: 'JUDGE_FAILED', reason: 'unreadable' });
  });

  it('fails where the service fails, hangs or is left', async () => {
    const failing = await localService((_, response) => reply(response, { message: 'too many requests' }, 429));
    const hanging = await localService(() => {});
    const left = await cohere();

    await expect(judgeAt(failing).judge([['q', 'a']], patient())).rejects.toMatchObject({ reason: 'failed' });
    await expect(judgeAt(hanging, { timeout: 10 }).judge([['q', 'a']], patient())).rejects.toMatchObject({ reason: 'late' });
    await expect(judgeAt(left).judge([['q', 'a 1']], AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(left.asked).toEqual([]);
  });

  it('says which option is wrong, and names what judges', async () => {
    const url = 'http://127.0.0.1:9/rerank';

    expect(() => rerankerJudge({ url, shape: 'cohere' })).toThrow('Option `model`');
    expect(() => rerankerJudge({ url, shape: 'toString' as 'tei' })).toThrow('Option `shape`');
    expect(() => rerankerJudge({ url: 'rerank', shape: 'tei' })).toThrow('Option `url`');
    expect(() => rerankerJudge({ url, shape: 'tei', threshold: 50 })).toThrow('Option `threshold`');
    const prints = await Promise.all([{ model: 'a' }, { model: 'b' }, {}].map((more) => rerankerJudge({ url, shape: 'tei', ...more }).fingerprint()));
    expect(new Set(prints).size).toBe(3);
  });
});
