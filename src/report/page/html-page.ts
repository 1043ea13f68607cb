import { createHash } from 'crypto';
import { Markup, markup } from './markup';
import { inlineSvg, PATTERNS, Picture } from './picture';
import { PAGE_STYLE, PICTURE_STYLE } from './style';
import { tableMarkup } from './table';

/** One figure at the head of a page, such as `GPUs 3`. */
export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  /** A few words under it. */
  readonly note?: string;
  /** How good that is, where it is good or bad; the words must say it too. */
  readonly tone?: 'good' | 'warn' | 'bad';
}

/** A part of a page with a heading, which the list of contents leads to. */
export interface Section {
  /** Its address on the page, of letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** A page that stands alone: no network, no script. */
export interface Page {
  readonly title: string;
  /** One or two sentences: the answer first. */
  readonly lead: string;
  readonly figures?: readonly KeyFigure[];
  readonly sections: readonly Section[];
  /** How it was made and what it does not show. */
  readonly footer: string;
}

/**
 * A page as HTML. It opens nothing, runs nothing and sends nothing: its Content Security Policy allows its own style
 * sheet, by hash, and nothing else. The bytes follow from the page alone.
 */
export function htmlPage({ title, lead, figures = [], sections, footer }: Page): string {
  const style = `${PICTURE_STYLE}${PAGE_STYLE}`;
  const hash = createHash('sha256').update(style).digest('base64');
  return `${markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${Markup.ofConstant(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<svg width="0" height="0" aria-hidden="true" focusable="false">${PATTERNS}</svg>
<header>
<h1>${title}</h1>
<p>${lead}</p>
${keyFigures(figures)}</header>
${contents(sections)}<main id="main" tabindex="-1">
${sections.map(({ id, title: heading, body }) => markup`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${body}</section>
`)}</main>
<footer><p>${footer}</p></footer>
</body>
</html>`}\n`;
}

/** A picture with a caption, and its numbers as a table that opens. */
export function figureMarkup(picture: Picture, caption?: string | Markup): Markup {
  return markup`<figure>
<div class="scroll" tabindex="0" role="region" aria-label="Picture: ${picture.title}">${inlineSvg(picture)}</div>
${caption === undefined ? undefined : markup`<figcaption>${caption}</figcaption>\n`}${
  picture.table === undefined ? undefined : folded(`${picture.title} as a table`, tableMarkup(picture.table))}</figure>
`;
}

/** What opens at a click or a key. */
export function folded(summary: string, body: Markup): Markup {
  return markup`<details><summary>${summary}</summary>
${body}</details>
`;
}

function keyFigures(figures: readonly KeyFigure[]): Markup {
  if (figures.length === 0) { return markup``; }
  return markup`<dl class="figures">
${figures.map(({
  label,
  value,
  note,
  tone,
}) => markup`<div${tone === undefined ? undefined : markup` class="${tone}"`}><dt>${label}</dt><dd class="value">${
  value}</dd>${note === undefined ? undefined : markup`<dd class="note">${note}</dd>`}</div>
`)}</dl>
`;
}

function contents(sections: readonly Section[]): Markup {
  if (sections.length < 2) { return markup``; }
  return markup`<nav aria-label="Contents"><ul>${sections.map(({ id, title }) =>
    markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
`;
}
