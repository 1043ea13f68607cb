import { inDigits, linearScale } from './scale';
import { Markup, markup } from '../page/markup';
import { lineAt, Picture, rectAt, textAt } from '../page/picture';
import { FILLS } from '../page/style';

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Words behind the bar, such as `12 % more`. */
  readonly note?: string;
  /** Which of the eight fills; bars of one kind have one fill. */
  readonly fill?: number;
}

/** Bars beside each other, from zero. */
export interface BarPlot {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What is counted, such as `boards` or `GiB`. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** A line across all bars, such as a bound or a target. */
  readonly mark?: { readonly label: string; readonly value: number };
  /** Decimals of the numbers. @default 1 */
  readonly decimals?: number;
}

const WIDTH = 720;
const LABELS = 190;
const NOTES = 200;
const ROW = 34;
const TOP = 26;

/** A bar plot with its numbers beside the bars. */
export function barPlot({ id, title, description, unit, bars, mark, decimals = 1 }: BarPlot): Picture {
  const high = Math.max(0, ...bars.map(({ value }) => value), mark?.value ?? 0);
  const bottom = TOP + bars.length * ROW;
  const scale = linearScale(0, high, LABELS, WIDTH - NOTES);
  const number = (value: number) => inDigits(value, decimals);
  const axis = scale.ticks.map(tick => markup`${lineAt(
    scale.at(tick),
    TOP,
    scale.at(tick),
    bottom,
    tick === 0 ? 'axis' : 'grid',
  )}${
    textAt(scale.text(tick), { x: scale.at(tick), y: bottom + 16, look: 'quiet small middle' })}`);
  const rows = bars.map(({ label, value, note, fill = 0 }, index) => {
    const y = TOP + index * ROW;
    return markup`${textAt(label, { x: LABELS - 10, y: y + 21, look: 'end', room: LABELS - 12 })}${
      rectAt(
        LABELS,
        y + 6,
        scale.at(value) - LABELS,
        ROW - 12,
        `fill${fill % FILLS}`,
        `${label}: ${number(value)} ${unit}`,
      )}${
      textAt(`${number(value)}${note === undefined ? '' : `, ${note}`}`, {
        x: scale.at(value) + 8,
        y: y + 21,
        look: 'halo',
        room: WIDTH - scale.at(value) - 8,
      })}`;
  });
  const marked = mark === undefined
    ? undefined
    : markup`${lineAt(scale.at(mark.value), TOP - 4, scale.at(mark.value), bottom, 'mark')}${
      textAt(`${mark.label} ${number(mark.value)}`, {
        x: scale.at(mark.value),
        y: TOP - 9,
        look: 'markText small middle',
      })}`;
  const body: Markup = markup`${axis}${rows}${marked}${textAt(unit, {
    x: LABELS,
    y: bottom + 32,
    look: 'quiet small',
  })}`;
  const rowsOfMark = mark === undefined ? [] : [[mark.label, number(mark.value), '']];
  return {
    id,
    title,
    description,
    width: WIDTH,
    height: bottom + 40,
    body,
    table: {
      caption: title,
      head: ['what', unit, 'note'],
      rows: [...bars.map(({ label, value, note }) => [label, number(value), note ?? '']), ...rowsOfMark],
      numbers: [1],
    },
  };
}
