import { BOARD, boardMarkup, boardPicture } from './board-picture';
import { boardWords, Device, deviceName, gib, holdsEach, Tenant } from './board-view';
import { FleetPool } from './fleet';
import { counted } from '../../text';
import { folded } from '../page/html-page';
import { Markup, markup } from '../page/markup';
import { inlineSvg, movedTo, Picture, rectAt, textAt } from '../page/picture';
import { Cell, Table, tableMarkup } from '../page/table';
import { inDigits } from '../plots/scale';

/** Kinds of board that a pool's pictures show; the table has more. */
const MOST_DRAWN = 24;
/** Rows of a table, after which they are counted. */
const MOST_ROWS = 500;
const GAP = 24;
const HEADING = 54;
const LEGEND = 40;

/** The boards of a fleet as one picture: pools under each other, two boards a row. */
export function fleetPicture(pools: readonly FleetPool[], id: string, title: string): Picture {
  const width = 2 * BOARD.width + GAP;
  let y = LEGEND;
  const drawn: Markup[] = [movedTo(0, 0, legendMarkup())];
  for (const { title: heading, words, boards } of pools) {
    drawn.push(
      textAt(heading, { x: 8, y: y + 20, look: 'strong big', room: width - 16 }),
      textAt(words, { x: 8, y: y + 39, look: 'quiet', room: width - 16 }),
    );
    y += HEADING;
    const shown = boards.slice(0, MOST_DRAWN);
    const top = y;
    drawn.push(...shown.map((board, index) => (
      movedTo(
        (index % 2) * (BOARD.width + GAP),
        top + Math.floor(index / 2) * (BOARD.height + GAP),
        boardMarkup(board),
      ))));
    y += Math.ceil(shown.length / 2) * (BOARD.height + GAP);
    if (boards.length > shown.length) {
      drawn.push(textAt(
        `and ${counted(boards.length - shown.length, 'more kind')} of board`,
        { x: 8, y: y + 4, look: 'quiet' },
      ));
      y += GAP;
    }
  }
  const words = pools.map(pool =>
    `${pool.title}: ${pool.boards.slice(0, MOST_DRAWN)
      .map(each => `${each.count} × ${each.gpu}: ${boardWords(each)}`)
      .join(' ')}`);
  return { id, title, description: words.join(' '), width, height: y + 8, body: Markup.join(drawn) };
}

/** The boards of a fleet as parts of a page: a heading and pictures for each pool, and everything as a table. */
export function fleetMarkup(pools: readonly FleetPool[]): Markup {
  return markup`${legendList()}${pools.map(({
    title,
    words,
    boards,
  }, index) => markup`<h3 id="pool-${index + 1}">${title}</h3>
<p class="quiet">${words}</p>
${boards.length === 0
  ? undefined
  : galleryMarkup(
    title,
    boards.slice(0, MOST_DRAWN).map((board, at) => boardPicture(board, `pool-${index + 1}-board-${at + 1}`)),
  )}${
  boards.length > MOST_DRAWN
    ? markup`<p class="quiet">${counted(boards.length - MOST_DRAWN, 'more kind')} of board: in the table below.</p>\n`
    : undefined}`)}${
    folded('All boards as a table', tableMarkup(fleetTable(pools)))}`;
}

/** Pictures beside each other, in one frame that scrolls where the screen is narrow. */
function galleryMarkup(title: string, pictures: readonly Picture[]): Markup {
  return markup`<div class="scroll gallery" tabindex="0" role="region" aria-label="Boards: ${title}">
${pictures.map(picture => markup`<figure>${inlineSvg(picture)}</figure>
`)}</div>
`;
}

/** Each device and each tenant of it in words. */
export function fleetTable(pools: readonly FleetPool[]): Table {
  const rows = pools.flatMap(pool => pool.boards.flatMap(board => board.devices.flatMap(device => {
    const holds = device.holdsMib === undefined ? 'not known' : gib(device.holdsMib);
    const first = [
      pool.title,
      `${inDigits(board.count, 0)} × ${board.gpu}`,
      deviceName(device),
      placeOf(device),
      holds,
    ];
    if (device.tenants.length === 0) { return [[...first, 'free', '', '']]; }
    return device.tenants.map(tenant =>
      [...first, `${tenant.key} ${tenant.name}`, needOf(tenant), restOf(tenant, device)]);
  })));
  const more: Cell[][] = rows.length > MOST_ROWS
    ? [[`and ${counted(rows.length - MOST_ROWS, 'more row')}`, '', '', '', '', '', '', '']]
    : [];
  return {
    caption: 'Every slice, who is on it, and how much memory that leaves',
    head: ['pool', 'boards', 'slice', 'placement', 'holds', 'workload', 'needs at most', 'leaves'],
    rows: [...rows.slice(0, MOST_ROWS), ...more],
    numbers: [4, 6, 7],
  };
}

function placeOf({ placement }: Device): string {
  return placement === undefined ? '' : `${placement.start}:${placement.size}`;
}

function needOf({ worstMib, bestMib }: Tenant): string {
  if (worstMib !== undefined) { return gib(worstMib); }
  return bestMib === undefined ? 'not known' : `${gib(bestMib)} or more`;
}

function restOf(tenant: Tenant, device: Device): string {
  const holds = holdsEach(device);
  return holds === undefined || tenant.worstMib === undefined ? 'not known' : gib(holds - tenant.worstMib);
}

/** What each look means, and how much room its words take. */
const LEGEND_ENTRIES: readonly {
  readonly words: string;
  readonly looks: readonly string[];
  readonly room: number;
}[] = [
  { words: 'needed at most', looks: ['fill0'], room: 110 },
  { words: 'between best and worst case', looks: ['fill0', 'maybe'], room: 185 },
  { words: 'free in a slice', looks: ['box'], room: 105 },
  { words: 'free slice, or not cut', looks: ['empty'], room: 150 },
  { words: 'stranded: nobody can use it', looks: ['stranded'], room: 180 },
  { words: 'shared', looks: ['box', 'turns'], room: 60 },
];

function swatch(looks: readonly string[], x: number): Markup {
  return Markup.join(looks.map(look => rectAt(x, 4, 24, 16, look)));
}

function legendMarkup(): Markup {
  let x = 8;
  return Markup.join(LEGEND_ENTRIES.map(({ words, looks, room }) => {
    const at = x;
    x += 38 + room;
    return markup`${swatch(looks, at)}${textAt(words, { x: at + 31, y: 16 })}`;
  }));
}

function legendList(): Markup {
  return markup`<p class="quiet">A board is drawn to scale: memory from left to right, the compute slices below.</p>
<ul class="legend">${LEGEND_ENTRIES.map(({ words, looks }) =>
  markup`<li><svg width="26" height="24" aria-hidden="true" focusable="false">${swatch(looks, 1)}</svg>${words}</li>`)}</ul>
`;
}
