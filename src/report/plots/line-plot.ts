import { inDigits, linearScale, Scale } from './scale';
import { Markup, markup } from '../page/markup';
import { lineAt, movedTo, Picture, rounded, textAt } from '../page/picture';
import { Table } from '../page/table';

/** A line through points; told from the others by its dashes, its points and its name at its end, not by colour. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** One panel of a plot. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

/** Lines over a common x; several panels are small multiples with the same scales. */
export interface LinePlot {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly panels: readonly Panel[];
  /** Whether a value holds until the next point, as a count does. @default false */
  readonly steps?: boolean;
  /** A line across all panels. */
  readonly mark?: { readonly label: string; readonly value: number };
}

const GAP = 24;
const LEFT = 46;
const BOTTOM = 46;
const TOP = 40;
/** Names of series stand behind the ends of their lines. */
const NAMES = 110;
/** More points than pixels show nothing more: a page of a long run stays small. */
const MOST_POINTS = 400;
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '1 2'];

/** A line plot, two panels a row where there are several. */
export function linePlot({ id, title, description, xLabel, yLabel, panels, steps = false, mark }: LinePlot): Picture {
  const columns = Math.min(2, panels.length);
  const size = columns === 2 ? { width: 372, height: 210 } : { width: 760, height: 300 };
  const all = panels.flatMap(panel => panel.series.flatMap(({ points }) => points));
  const across = boundsOf(all.map(([x]) => x));
  const up = boundsOf([0, ...all.map(([, y]) => y), ...mark === undefined ? [] : [mark.value]]);
  const x = linearScale(across.low, across.high, LEFT, size.width - NAMES, 4);
  const y = linearScale(up.low, up.high, size.height - BOTTOM, TOP, 4);
  const placeOf = (index: number) =>
    [(index % columns) * (size.width + GAP), Math.floor(index / columns) * (size.height + GAP)] as const;
  const drawn = panels.map((panel, index) =>
    movedTo(...placeOf(index), panelMarkup(panel, { x, y, size, xLabel, yLabel, steps, mark })));
  return {
    id,
    title,
    description,
    width: columns * size.width + (columns - 1) * GAP,
    height: Math.max(1, Math.ceil(panels.length / Math.max(1, columns))) * (size.height + GAP) - GAP,
    body: Markup.join(drawn),
    table: endsOf(panels, title, xLabel, yLabel),
  };
}

interface PanelFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly size: { readonly width: number; readonly height: number };
  readonly xLabel: string;
  readonly yLabel: string;
  readonly steps: boolean;
  readonly mark?: { readonly label: string; readonly value: number };
}

function panelMarkup({ title, series }: Panel, { x, y, size, xLabel, yLabel, steps, mark }: PanelFrame): Markup {
  const [left, right, bottom] = [LEFT, size.width - NAMES, size.height - BOTTOM];
  const horizontal = y.ticks.map((tick, index) => markup`${lineAt(
    left,
    y.at(tick),
    right,
    y.at(tick),
    index === 0 ? 'axis' : 'grid',
  )}${
    textAt(y.text(tick), { x: left - 6, y: y.at(tick) + 4, look: 'quiet small end' })}`);
  const vertical = x.ticks.map(tick =>
    textAt(x.text(tick), { x: x.at(tick), y: bottom + 15, look: 'quiet small middle' }));
  const marked = mark === undefined
    ? undefined
    : markup`${lineAt(left, y.at(mark.value), right, y.at(mark.value), 'mark')}${
      textAt(mark.label, { x: right + 4, y: y.at(mark.value) - 5, look: 'markText small', room: NAMES - 4 })}`;
  const names = spread(series.map(({ points }) => y.at(points.at(-1)?.[1] ?? 0)), TOP + 4, bottom);
  const lines = series.map(({ label, points }, index) => {
    const shown = thinned(points).map(([px, py]) => [rounded(x.at(px)), rounded(y.at(py))] as const);
    const path = shown.map(([px, py], at) => (at === 0 ? `M${px} ${py}` : steps ? `H${px}V${py}` : `L${px} ${py}`))
      .join('');
    const [endX, endY] = shown.at(-1) ?? [left, bottom];
    return markup`<path class="line" stroke-dasharray="${DASHES[index % DASHES.length]}" d="${path}"><title>${label}</title></path>
<circle class="${index % 2 === 0 ? 'point' : 'hollow'}" cx="${endX}" cy="${endY}" r="3.5"/>${
  textAt(label, { x: Math.max(endX, 0) + 8, y: names[index] + 4, look: 'small', room: size.width - endX - 8 })}`;
  });
  return markup`${textAt(title, {
    x: left,
    y: 14,
    look: 'strong',
    room: size.width - left,
  })}${textAt(yLabel, { x: left, y: TOP - 10, look: 'quiet small' })}${
    horizontal}${vertical}${marked}${lines}${textAt(xLabel, { x: right, y: bottom + 31, look: 'quiet small end' })}`;
}

/** Lowest and highest; without values 0 and 1. */
function boundsOf(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) { return { low: 0, high: 1 }; }
  return {
    low: values.reduce((low, value) => Math.min(low, value)),
    high: values.reduce((high, value) => Math.max(high, value)),
  };
}

/** Every n-th point and the last. */
function thinned<T>(points: readonly T[]): T[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => stride <= 1 || index % stride === 0 || index === points.length - 1);
}

/** Heights of names, moved apart where they would cover each other. */
function spread(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  let last = top - 14;
  const placed = order.map(({ y, index }) => {
    last = Math.max(y, last + 14);
    return { y: last, index };
  });
  const over = Math.max(0, last - bottom);
  const heights = Array<number>(wanted.length).fill(0);
  for (const { y, index } of placed) { heights[index] = Math.max(top, y - over); }
  return heights;
}

/** First and last point of each line, and how high it went: a line of a thousand points is no table. */
function endsOf(panels: readonly Panel[], caption: string, xLabel: string, yLabel: string): Table {
  return {
    caption,
    head: ['panel', 'line', `first (${yLabel})`, `last (${yLabel})`, `highest (${yLabel})`, `at ${xLabel}`],
    rows: panels.flatMap(panel => panel.series.map(({ label, points }) => {
      const highest = [...points].sort((a, b) => b[1] - a[1])[0];
      const text = (value: number | undefined) => (value === undefined ? '' : inDigits(value, 2));
      return [
        panel.title,
        label,
        text(points[0]?.[1]),
        text(points.at(-1)?.[1]),
        text(highest?.[1]),
        text(highest?.[0]),
      ];
    })),
    numbers: [2, 3, 4, 5],
  };
}
