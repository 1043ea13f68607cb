import escapeHtml from 'escape-html';

/**
 * Markup that is finished: nothing in it is escaped again. Only `markup` makes it of text, so no text gets onto a page
 * unescaped.
 */
export class Markup {
  /** Markup of a constant of this project, such as a style sheet; never of something that was read. */
  public static ofConstant(text: string): Markup {
    return new Markup(text);
  }

  /** Pieces one after the other. */
  public static join(pieces: readonly Markup[], between = ''): Markup {
    return new Markup(pieces.map(String).join(between));
  }

  private constructor(private readonly text: string) {}

  public get isEmpty(): boolean {
    return this.text === '';
  }

  public toString(): string {
    return this.text;
  }
}

/** What stands in a template: text and numbers are escaped, lists are joined, `undefined` is nothing. */
export type Piece = Markup | string | number | undefined | readonly (Markup | undefined)[];

/** HTML or SVG of a template whose values are escaped. */
export function markup(constants: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return Markup.ofConstant(constants.map((constant, index) => constant + textOf(pieces[index])).join(''));
}

/** Attributes of a tag in the order given, each with a space before it; those that are undefined are left out. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): Markup {
  return Markup.join(Object.entries(values)
    .map(([name, value]) => (value === undefined ? markup`` : markup` ${Markup.ofConstant(name)}="${value}"`)));
}

function textOf(piece: Piece): string {
  if (piece === undefined) { return ''; }
  if (piece instanceof Markup) { return String(piece); }
  if (typeof piece === 'object') { return piece.map(textOf).join(''); }
  return onOneLine(escapeHtml(shownSafely(String(piece))));
}

/**
 * Escaped text in which no line begins, and none is a command to what runs a pipeline and reads what a page is written
 * to (src/text/printable.ts).
 */
function onOneLine(escaped: string): string {
  return escaped.replace(/\n/g, '&#10;').replace(/\r/g, '&#13;').replace(/^(\s*)::/, '$1&#58;:').replace(/##(?=\[|vso\[)/gi, '#&#35;');
}

/**
 * Characters that XML 1.0 forbids (section 2.2: an SVG with one of them is not opened), half characters among them, and
 * those that turn the direction of the text around them, by which a name can pose as another (Unicode Technical Report
 * 36, bidirectional text spoofing).
 */
// eslint-disable-next-line no-control-regex
const NEVER_SHOWN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;

/** Text with a replacement character for what must not be shown. */
export function shownSafely(text: string): string {
  return text.replace(NEVER_SHOWN, '\ufffd');
}
