/** An axis with its marks. */
export interface Axis {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

type Point = readonly [x: number, y: number];

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** A dot at every point, its area by these numbers. */
  readonly dots?: readonly number[];
  /** A ring at this point: the setting as it ships. */
  readonly mark?: Point;
  /** A broken grey line, for comparison. */
  readonly faint?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const WIDTH = 720;
const AREA = { left: 72, top: 52, width: 624, height: 340 };
const LEGEND = { top: 470, row: 22 };

/** Told apart by those who see red and green alike, on white and on black (after Okabe and Ito, 2008), and by the dashes. */
const STROKES: readonly { readonly light: string; readonly dark: string; readonly dashes: string }[] = [
  { light: '#0072b2', dark: '#56b4e9', dashes: '' },
  { light: '#d55e00', dark: '#e69f00', dashes: '8 3' },
  { light: '#007a5a', dark: '#2cc59a', dashes: '2 3' },
  { light: '#a6447f', dark: '#e08abf', dashes: '10 3 2 3' },
  { light: '#5c4bc2', dark: '#a99cf5', dashes: '5 5' },
  { light: '#7a6a00', dark: '#f0e442', dashes: '1 4' },
];

/** Draws lines over two axes, with title and legend, readable on light and dark pages. */
export function svg({ title, x, y, lines }: Plot): string {
  const height = LEGEND.top + LEGEND.row * (lines.length + (lines.some(({ mark }) => mark) ? 1 : 0)) + 8;
  const right = AREA.left + AREA.width;
  const bottom = AREA.top + AREA.height;
  const px = (value: number) => short(AREA.left + AREA.width * along(x, value));
  const py = (value: number) => short(bottom - AREA.height * along(y, value));
  const coloured = lines.filter(({ faint }) => !faint);
  const styleOf = (line: Line) => (line.faint ? 'faint' : `s${coloured.indexOf(line) % STROKES.length}`);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<style>${style()}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="${AREA.left}" y="30">${escaped(title)}</text>`,
    ...x.ticks.map((tick) => `<path class="grid" d="M${px(tick)} ${AREA.top}V${bottom}"/><text class="tick" text-anchor="middle" x="${px(tick)}" y="${bottom + 20}">${tick}</text>`),
    ...y.ticks.map((tick) => `<path class="grid" d="M${AREA.left} ${py(tick)}H${right}"/><text class="tick" text-anchor="end" x="${AREA.left - 8}" y="${Number(py(tick)) + 4}">${tick}</text>`),
    `<path class="axis" d="M${AREA.left} ${AREA.top}V${bottom}H${right}"/>`,
    `<text class="name" text-anchor="middle" x="${AREA.left + AREA.width / 2}" y="${bottom + 44}">${escaped(x.title)}</text>`,
    `<text class="name" text-anchor="middle" transform="translate(22 ${AREA.top + AREA.height / 2}) rotate(-90)">${escaped(y.title)}</text>`,
    ...lines.flatMap((line) => [
      `<polyline class="line ${styleOf(line)}" points="${line.points.map(([at, value]) => `${px(at)},${py(value)}`).join(' ')}"/>`,
      ...dotsOf(line).map((radius, at) => `<circle class="dot ${styleOf(line)}" cx="${px(line.points[at]![0])}" cy="${py(line.points[at]![1])}" r="${radius}"/>`),
      ...(line.mark ? [`<circle class="mark ${styleOf(line)}" cx="${px(line.mark[0])}" cy="${py(line.mark[1])}" r="6"/>`] : []),
    ]),
    ...lines.map((line, at) => {
      const top = LEGEND.top + LEGEND.row * at;
      return `<path class="line ${styleOf(line)}" d="M${AREA.left} ${top - 4}h36"/><text class="name" x="${AREA.left + 46}" y="${top}">${escaped(line.name)}</text>`;
    }),
    ...(lines.some(({ mark }) => mark)
      ? [`<circle class="mark ring" cx="${AREA.left + 18}" cy="${LEGEND.top + LEGEND.row * lines.length - 4}" r="6"/><text class="name" x="${AREA.left + 46}" y="${LEGEND.top + LEGEND.row * lines.length}">as shipped, or at the shipped threshold</text>`]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

/** Where on the axis, 0 to 1. What lies beyond stands at the end. */
function along({ scale, from, to }: Axis, value: number): number {
  const at = (one: number) => (scale === 'log' ? Math.log(Math.max(one, from / 1e3)) : one);
  return Math.min(1, Math.max(0, (at(value) - at(from)) / (at(to) - at(from))));
}

function dotsOf({ dots = [] }: Line): string[] {
  const most = Math.max(1, ...dots);
  return dots.map((one) => short(2.5 + 9 * Math.sqrt(one / most)));
}

function style(): string {
  const strokes = (scheme: 'light' | 'dark') => STROKES.map((stroke, at) => `.s${at}{stroke:${stroke[scheme]}}.dot.s${at}{fill:${stroke[scheme]}}`).join('');
  return [
    'text{font-family:system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}.title{font-size:17px;font-weight:600}.name{font-size:13px}.tick{font-size:12px;fill:#59636e}',
    '.page{fill:#fff}.grid{stroke:#d1d9e0;stroke-width:1}.axis{fill:none;stroke:#59636e;stroke-width:1.5}',
    '.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.faint{stroke:#8b949e;stroke-width:1.5;stroke-dasharray:4 4}.dot{fill-opacity:.35;stroke-width:1}.mark{fill:none;stroke-width:2.5}.ring{stroke:#59636e}',
    strokes('light'),
    STROKES.map(({ dashes }, at) => (dashes === '' ? '' : `.line.s${at}{stroke-dasharray:${dashes}}`)).join(''),
    `@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.tick{fill:#9198a1}.page{fill:#0d1117}.grid{stroke:#2f353d}.axis,.ring{stroke:#9198a1}${strokes('dark')}}`,
  ].join('');
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
