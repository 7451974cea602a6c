import type { Figures } from './figures.ts';
import type { SetResult } from './results.ts';
import { type Line, svg } from './svg.ts';

/** Sets that are worth a picture. */
const PICTURED = new Set(['authored', 'long', 'qqp-dev']);

/** The plots of a set, by file name. */
export function plotsOf({ name, title, systems }: SetResult): Record<string, string> {
  if (!PICTURED.has(name)) return {};
  const curves = systems.filter(({ figures }) => figures.curve.length > 0);
  if (curves.length === 0) return {};
  const [first, second] = systems;
  return {
    [`${name}-hits.svg`]: svg({
      title: `${title}: hits against false hits`,
      x: { title: 'false hits: pairs that need two answers, and are served one (%)', scale: 'log', from: 0.1, to: 20, ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20] },
      y: { title: 'hits: pairs with one answer that are served (%)', scale: 'linear', from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] },
      lines: curves.map((system) => ({ name: system.name, points: system.figures.curve.map(([x, y]) => [x * 100, y * 100]), ...asShipped(system.figures) })),
    }),
    [`${name}-calibration.svg`]: svg({
      title: `${title}: what the probability means`,
      x: { title: 'probability given', scale: 'linear', from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
      y: { title: 'share of these pairs with one answer', scale: 'linear', from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
      lines: [
        { name: 'as it should be', points: [[0, 0], [1, 1]], faint: true },
        ...[first!, second!].map((system): Line => ({ name: `${system.name}, ECE ${system.figures.ece.toFixed(3)}`, points: system.figures.bins.map(({ said, found }) => [said, found]), dots: system.figures.bins.map(({ pairs }) => pairs) })),
      ],
    }),
  };
}

/** Where the system stands as it ships, within the plot. */
function asShipped({ hits, falseHits }: Figures): Pick<Line, 'mark'> {
  return hits && falseHits && falseHits.share >= 0.001 && falseHits.share <= 0.2 ? { mark: [falseHits.share * 100, hits.share * 100] } : {};
}
