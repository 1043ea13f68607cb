import { PlanArrivals } from './plan-report';
import { GpuArrivalBoard, GpuArrivalResult } from '../../planning';
import { counted } from '../../text';
import { figureMarkup } from '../page/html-page';
import { Markup, markup } from '../page/markup';
import { movedTo, Picture, rectAt, textAt } from '../page/picture';
import { inDigits } from '../plots/scale';

const TILE = { width: 214, height: 56, gap: 18 } as const;
const COLUMNS = 5;
/** Kinds of board that are drawn. */
const MOST_DRAWN = 40;

/** What first fit makes of each order of arrivals: the boards at its end as small multiples, and the loss in words. */
export function arrivalsMarkup(arrivals: readonly PlanArrivals[]): Markup {
  return markup`${arrivals.map(({ label, result }, index) => markup`<h3>${label}</h3>
<p>${arrivalsWords(result)}</p>
${figureMarkup(arrivalsPicture(result, `arrivals-${index + 1}`, label))}`)}`;
}

/** Capacity promised and reached, and what avoids the loss, in sentences. */
export function arrivalsWords({
  arrivals,
  waiting,
  stranded,
  promised,
  reached,
  betterOrder,
  staticLayouts,
}: GpuArrivalResult): string {
  const loss = promised - reached;
  return [
    `Of ${counted(arrivals, 'arrival')} `
      + `${waiting === 0 ? 'all got a slice at once' : `${inDigits(waiting, 0)} had to wait`}.`,
    `The boards could hold ${counted(promised, 'slice')} and hold `
      + `${inDigits(reached, 0)}${loss > 0 ? `: ${inDigits(loss, 0)} lost to the order` : ''}.`,
    ...stranded.length === 0
      ? []
      : [`${stranded.length === 1 ? 'Number' : 'Numbers'} ${someOf(stranded)} waited although the boards `
        + 'had as much free in all.'],
    ...betterOrder.length === 0 ? [] : [`In the order ${someOf(betterOrder)} first fit loses nothing.`],
    ...staticLayouts.length === 0
      ? []
      : [`Cut from the start as ${staticLayouts
        .map(({ layout, count }) => `${layout} (${inDigits(count, 0)})`)
        .join(', ')}, nothing is lost either.`],
  ].join(' ');
}

function someOf(numbers: readonly number[]): string {
  return numbers.length <= 12
    ? numbers.join(', ')
    : `${numbers.slice(0, 10).join(', ')} and ${numbers.length - 10} more`;
}

/** The boards at the end of the series, each small; boards that are filled alike stand once. */
export function arrivalsPicture({ boards }: GpuArrivalResult, id: string, label: string): Picture {
  const kinds = alike(boards);
  const shown = kinds.slice(0, MOST_DRAWN);
  const rows = Math.max(1, Math.ceil(shown.length / COLUMNS));
  const drawn = shown.map((kind, index) => (
    movedTo(
      (index % COLUMNS) * (TILE.width + TILE.gap),
      Math.floor(index / COLUMNS) * (TILE.height + TILE.gap),
      tile(kind),
    )));
  const height = rows * (TILE.height + TILE.gap) + (kinds.length > shown.length ? 24 : 0);
  const rest = kinds.length > shown.length
    ? textAt(`and ${counted(kinds.length - shown.length, 'more kind')} of board`, {
      x: 0,
      y: height - 8,
      look: 'quiet',
    })
    : undefined;
  return {
    id,
    title: `Boards after the arrivals: ${label}`,
    description: kinds.map(({ board, count }) => `${count} × ${board.gpu}: ${wordsOf(board)}.`).join(' '),
    width: COLUMNS * TILE.width + (COLUMNS - 1) * TILE.gap,
    height,
    body: markup`${drawn}${rest}`,
    table: {
      caption: `Boards after the arrivals: ${label}`,
      head: ['boards', 'type', 'slices, each with where it stands and which arrival is on it'],
      rows: shown.map(({ board, count }) => [inDigits(count, 0), String(board.gpu), wordsOf(board)]),
      numbers: [0],
    },
  };
}

interface Kind { readonly board: GpuArrivalBoard; count: number }

function alike(boards: readonly GpuArrivalBoard[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const board of boards) {
    const key = JSON.stringify([
      board.gpu.id,
      board.slices.map(({ profile, start, workload }) => [profile, start, workload !== undefined]),
    ]);
    const known = kinds.get(key);
    if (known === undefined) { kinds.set(key, { board, count: 1 }); } else { known.count++; }
  }
  return [...kinds.values()];
}

function tile({ board: { gpu, slices }, count }: Kind): Markup {
  const units = gpu.placementUnits ?? gpu.memorySlices ?? 1;
  const unit = TILE.width / units;
  const taken = new Set(slices.flatMap(({ start = 0, size = units }) =>
    Array.from({ length: size }, (_, index) => start + index)));
  const free = Array.from({ length: units }, (_, index) => index).filter(index => !taken.has(index));
  return markup`${textAt(`${inDigits(count, 0)} × ${gpu}`, { x: 0, y: 12, look: 'small', room: TILE.width })}${
    slices.map(({ profile, start = 0, size = units, workload }, index) => markup`${
      rectAt(
        start * unit,
        18,
        size * unit,
        30,
        workload === undefined ? 'empty' : `fill${index % 8}`,
        `${profile} ${start}:${size}`,
      )}${
      textAt(
        count === 1 && workload !== undefined && size * unit > 60 ? `${workload}: ${profile}` : profile,
        { x: start * unit + 3, y: 38, look: 'name', room: size * unit - 2 },
      )}`)}${
    free.map(index => rectAt(index * unit, 18, unit, 30, 'empty', 'free'))}`;
}

function wordsOf({ slices }: GpuArrivalBoard): string {
  if (slices.length === 0) { return 'empty'; }
  return slices.map(({ profile, start, size, workload }) =>
    `${profile}${start === undefined
      ? ''
      : ` at ${start}:${size}`}${workload === undefined ? ', free' : ` by ${workload}`}`)
    .join('; ');
}
