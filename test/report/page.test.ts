import { createHash } from 'crypto';
import * as fc from 'fast-check';
import { barPlot, figureMarkup, htmlPage, Page, svgFile, tableMarkup } from '../../src/report';
import { markup } from '../../src/report/page/markup';
import { DARK, LIGHT } from '../../src/report/page/style';

const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\' onload=\'alert(1)', '</style><script>', ']]>', '&amp;', 'a\u0000b', '\ud800', '\u202egpj.exe'];

function pageWith(text: string): Page {
  const plot = barPlot({ id: 'plot', title: text, description: text, unit: text, bars: [{ label: text, value: 1, note: text }], mark: { label: text, value: 2 } });
  return {
    title: text,
    lead: text,
    figures: [{ label: text, value: text, note: text }],
    sections: [
      { id: 'a', title: text, body: markup`${figureMarkup(plot, text)}${tableMarkup({ caption: text, head: [text], rows: [[text]], ids: ['row'] })}` },
      { id: 'b', title: text, body: markup`<p>${text}</p>` },
    ],
    footer: text,
  };
}

/** The tags of a page, without what stands between them. */
const tagsOf = (html: string) => [...html.replace(/<style>[^]*?<\/style>/g, '<style></style>').matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));

describe('a page', () => {
  test.each(HOSTILE)('has the same tags whatever is written in it: %j', text => {
    expect(tagsOf(htmlPage(pageWith(text)))).toEqual(tagsOf(htmlPage(pageWith('plain'))));
  });

  test('has the same tags for any text at all', () => {
    const tags = tagsOf(htmlPage(pageWith('plain')));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      const named = `plain${text}`; // a label that is all blank is not drawn
      expect(tagsOf(htmlPage(pageWith(named)))).toEqual(tags);
    }), { numRuns: 300 });
  });

  test('holds no character that XML forbids, and none that turns the direction of text', () => {
    const html = HOSTILE.map(text => htmlPage(pageWith(text))).join('');
    // eslint-disable-next-line no-control-regex
    expect(html).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
  });

  test('allows its own style sheet by hash and nothing else, so it cannot run, load or send anything', () => {
    const html = htmlPage(pageWith('plain'));
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    const [, style] = /<style>([^]*?)<\/style>/.exec(html)!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.replace(/&#39;/g, '\'')).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(html).not.toMatch(/<script|<link|<iframe|<img|\son\w+=|\sstyle=|https?:\/\/(?!www\.w3\.org\/2000\/svg)|url\((?!#)|@import/);
  });

  test('has the same bytes twice', () => {
    expect(htmlPage(pageWith('plain'))).toBe(htmlPage(pageWith('plain')));
  });
});

test('a picture in a file of its own brings its style and patterns, and opens nothing', () => {
  const svg = svgFile(barPlot({ id: 'plot', title: '<b>', description: 'd', unit: 'GiB', bars: [{ label: 'a', value: 3 }] }));
  expect(svg).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
  expect(svg).toContain('<title id="plot-title">&lt;b&gt;</title>');
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|\son\w+=|href/);
});

describe('colours', () => {
  /** Contrast of two colours (WCAG 2.2, definitions of relative luminance and contrast ratio). */
  const contrast = (a: string, b: string) => {
    const luminance = (color: string) => {
      const [red, green, blue] = [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16) / 255)
        .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  test.each([['light', LIGHT], ['dark', DARK]] as const)('%s: text has a contrast of 4.5 to 1 on every ground that it stands on', (_, colors) => {
    const fills = Object.entries(colors).filter(([name]) => name.startsWith('fill')).map(([name, color]) => ['ink', name, colors.ink, color]);
    const texts = (['ink', 'quiet', 'link', 'good', 'warn', 'bad'] as const)
      .flatMap(text => (['page', 'panel'] as const).map(ground => [text, ground, colors[text], colors[ground]]));
    expect([...fills, ...texts].filter(([, , text, ground]) => contrast(text, ground) < 4.5)).toEqual([]);
  });
});
