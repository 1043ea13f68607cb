import { Markup, markup } from './markup';

/** A cell: text, or markup such as a link. */
export type Cell = string | number | Markup | undefined;

/** Rows under headings; the first cell of a row is its name. */
export interface Table {
  /** What the rows are; read out before them. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns that hold numbers, counted from 0: set right, so that digits stand under each other. */
  readonly numbers?: readonly number[];
  /** Ids by which links reach the rows. */
  readonly ids?: readonly (string | undefined)[];
}

/** A table in HTML, in a frame that scrolls where the screen is narrow and that a keyboard reaches. */
export function tableMarkup({ caption, head, rows, numbers = [], ids = [] }: Table): Markup {
  const side = (column: number) => (numbers.includes(column) ? markup` class="number"` : undefined);
  const row = (cells: readonly Cell[], index: number) => markup`<tr${ids[index] === undefined
    ? undefined
    : markup` id="${ids[index]}"`}>${
    cells.map((cell, column) =>
      (column === 0
        ? markup`<th scope="row"${side(0)}>${cell}</th>`
        : markup`<td${side(column)}>${cell}</td>`))}</tr>\n`;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table: ${caption}"><table${head.length > 3
    ? markup` class="broad"`
    : undefined}><caption>${caption}</caption>
<thead><tr>${head.map((title, column) => markup`<th scope="col"${side(column)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody></table></div>
`;
}
