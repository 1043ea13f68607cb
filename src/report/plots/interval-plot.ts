import { inDigits, linearScale } from './scale';
import { markup } from '../page/markup';
import { lineAt, Picture, rounded, textAt } from '../page/picture';

/** A value with the interval that it is known by, such as a median with its confidence interval. */
export interface Interval {
  readonly label: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** Words behind it, such as `5 repetitions`. */
  readonly note?: string;
}

/** Intervals under each other on one scale, so that the eye sees which overlap. */
export interface IntervalPlot {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly intervals: readonly Interval[];
  /** A line across all, such as a target. */
  readonly mark?: { readonly label: string; readonly value: number };
  /** Whether the scale begins at zero. @default true */
  readonly fromZero?: boolean;
  /** Decimals of all numbers, so that they stand under each other alike. @default - as many as each has, 1 at most */
  readonly decimals?: number;
}

const WIDTH = 720;
const LABELS = 170;
const NOTES = 190;
const ROW = 36;
const TOP = 28;

/** A plot of intervals with their numbers beside them. */
export function intervalPlot({
  id,
  title,
  description,
  unit,
  intervals,
  mark,
  fromZero = true,
  decimals,
}: IntervalPlot): Picture {
  const marked = mark === undefined ? [] : [mark.value];
  const low = Math.min(...fromZero ? [0] : [], ...intervals.map(each => each.low), ...marked);
  const high = Math.max(...intervals.map(each => each.high), ...marked);
  const scale = linearScale(Number.isFinite(low) ? low : 0, Number.isFinite(high) ? high : 1, LABELS, WIDTH - NOTES);
  const bottom = TOP + intervals.length * ROW;
  const number = (value: number) => (decimals === undefined ? inDigits(value, 1) : value.toFixed(decimals));
  const axis = scale.ticks.map((tick, index) => markup`${lineAt(
    scale.at(tick),
    TOP,
    scale.at(tick),
    bottom,
    index === 0 ? 'axis' : 'grid',
  )}${
    textAt(scale.text(tick), { x: scale.at(tick), y: bottom + 16, look: 'quiet small middle' })}`);
  const rows = intervals.map((each, index) => {
    const y = TOP + index * ROW + ROW / 2;
    const [from, at, to] = [each.low, each.value, each.high].map(value => scale.at(value));
    const words = `${number(each.value)} (${number(each.low)} to ${number(each.high)})`;
    const note = each.note === undefined ? '' : `${each.label}: ${words} ${unit}, ${each.note}`;
    return markup`${textAt(each.label, { x: LABELS - 10, y: y + 4, look: 'end', room: LABELS - 12 })}<g>${
      note === ''
        ? undefined
        : markup`<title>${note}</title>`}${lineAt(from, y, to, y, 'line')}${lineAt(from, y - 6, from, y + 6, 'line')}${
      lineAt(to, y - 6, to, y + 6, 'line')}<circle class="point" cx="${rounded(at)}" cy="${y}" r="4.5"/></g>${
      textAt(words, { x: WIDTH - NOTES + 12, y: y + 4, room: NOTES - 12 })}`;
  });
  const line = mark === undefined
    ? undefined
    : markup`${lineAt(scale.at(mark.value), TOP - 4, scale.at(mark.value), bottom, 'mark')}${
      textAt(`${mark.label} ${number(mark.value)}`, {
        x: scale.at(mark.value),
        y: TOP - 10,
        look: 'markText small middle',
      })}`;
  return {
    id,
    title,
    description,
    width: WIDTH,
    height: bottom + 40,
    body: markup`${axis}${rows}${line}${textAt(unit, { x: LABELS, y: bottom + 32, look: 'quiet small' })}`,
    table: {
      caption: title,
      head: ['what', `value (${unit})`, 'from', 'to', 'note'],
      rows: [
        ...intervals.map(each =>
          [each.label, number(each.value), number(each.low), number(each.high), each.note ?? '']),
        ...mark === undefined ? [] : [[mark.label, number(mark.value), '', '', '']],
      ],
      numbers: [1, 2, 3],
    },
  };
}
