import { attributes, Markup, markup, shownSafely } from './markup';
import { PICTURE_STYLE } from './style';
import { Table } from './table';

/** A drawing with what it shows in words: a title, a description, and as a table. */
export interface Picture {
  /** Its name on a page, of letters, digits and dashes; no other picture on the page has it. */
  readonly id: string;
  readonly title: string;
  /** What somebody should know who does not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: Markup;
  /** The numbers that are drawn. */
  readonly table?: Table;
}

/** Patterns that classes of the style name. A page has them once. */
export const PATTERNS = markup`<defs>
<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="patternInk" d="M0 0V8"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="dotInk" cx="2" cy="2" r="1"/></pattern>
<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"><path class="stripeInk" d="M3 0V6"/></pattern>
</defs>`;

/** A picture as part of a page, which has the style and the patterns. */
export function inlineSvg({ id, title, description, width, height, body }: Picture): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${
    height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${body}</svg>`;
}

/** A picture as a file of its own. */
export function svgFile({ id, title, description, width, height, body }: Picture): string {
  return `${markup`<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${
  height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
<style>${Markup.ofConstant(PICTURE_STYLE)}</style>
${PATTERNS}
<rect class="ground" width="${width}" height="${height}"/>
${body}</svg>`}\n`;
}

/** Where a text stands in a picture, and how it looks. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  /** Classes of the style, such as `quiet end`. */
  readonly look?: string;
  /** Pixels that it may take; what is longer is cut. */
  readonly room?: number;
}

/** Text in a picture. */
export function textAt(text: string, { x, y, look, room }: TextPlace): Markup {
  const shown = room === undefined ? text : cutTo(text, room, look?.includes('small') === true ? SMALL_LETTER : LETTER);
  return shown === ''
    ? markup``
    : markup`<text${attributes({ x: rounded(x), y: rounded(y), class: look })}>${shown}</text>`;
}

/** A rectangle, with what a pointer over it tells. */
export function rectAt(x: number, y: number, width: number, height: number, look: string, tip?: string): Markup {
  const place = attributes({
    class: look,
    x: rounded(x),
    y: rounded(y),
    width: rounded(Math.max(0, width)),
    height: rounded(Math.max(0, height)),
  });
  return tip === undefined ? markup`<rect${place}/>\n` : markup`<rect${place}><title>${tip}</title></rect>\n`;
}

/** A straight line. */
export function lineAt(x1: number, y1: number, x2: number, y2: number, look: string): Markup {
  return markup`<path class="${look}" d="M${rounded(x1)} ${rounded(y1)}L${rounded(x2)} ${rounded(y2)}"/>\n`;
}

/** A group moved to a place. */
export function movedTo(x: number, y: number, body: Markup): Markup {
  return markup`<g transform="translate(${rounded(x)} ${rounded(y)})">${body}</g>\n`;
}

/** A hundredth of a pixel is enough, and keeps the bytes the same whatever rounding the last digits had. */
export function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}

/**
 * Widths of a letter in pixels: 11 px monospace has 6.6; of sans serif in 12 and 11 px, these are more than the average
 * of any common face.
 */
const LETTER = 6.65;
const SMALL_LETTER = 6;

/**
 * The text, or its beginning with an ellipsis where it is longer than the room; nothing where not even that has room.
 */
function cutTo(text: string, room: number, letter: number): string {
  const letters = Math.floor(room / letter);
  const all = Array.from(shownSafely(text));
  if (all.length <= letters) { return text; }
  return letters < 2 ? '' : `${all.slice(0, letters - 1).join('')}…`;
}
