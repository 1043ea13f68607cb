/**
 * Colours and type of every page and picture. Fills are tints of Okabe and Ito's eight colours (Color Universal Design,
 * 2008), which people with any colour vision tell apart; each also has a letter or a pattern, so nothing depends on
 * colour. Text on every fill has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), which the tests compute.
 */
export const LIGHT = {
  page: '#ffffff',
  panel: '#f6f8fa',
  ink: '#1b1f24',
  quiet: '#57606a',
  line: '#8c959f',
  hair: '#d8dee4',
  link: '#0550ae',
  good: '#116329',
  warn: '#7d4e00',
  bad: '#a40e26',
  fill0: '#9fd4f5',
  fill1: '#f6c667',
  fill2: '#8ed8bf',
  fill3: '#e5b5d0',
  fill4: '#f5ee8e',
  fill5: '#f2a679',
  fill6: '#a9c3ea',
  fill7: '#c8ccd1',
} as const;

export const DARK: Record<keyof typeof LIGHT, string> = {
  page: '#0d1117',
  panel: '#161b22',
  ink: '#e6edf3',
  quiet: '#9ea7b3',
  line: '#6e7681',
  hair: '#30363d',
  link: '#79b8ff',
  good: '#56d364',
  warn: '#e3b341',
  bad: '#ff8d85',
  fill0: '#1f5a80',
  fill1: '#76500a',
  fill2: '#0b5c45',
  fill3: '#6d3a57',
  fill4: '#5a5506',
  fill5: '#7d3a08',
  fill6: '#2c4a86',
  fill7: '#474d55',
};

/** How many fills there are before they come again. */
export const FILLS = 8;

const variables = (colors: Readonly<Record<string, string>>) =>
  Object.entries(colors).map(([name, color]) => `--${name}:${color}`).join(';');

/** Style of the parts of a picture, on a page or in a file of its own. */
export const PICTURE_STYLE = [
  `:root{color-scheme:light dark;${variables(LIGHT)}}`,
  `@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
  `@media print{:root{color-scheme:light;${variables(LIGHT)}}}`,
  'svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}',
  'svg .quiet{fill:var(--quiet)}svg .strong{font-weight:600}svg .big{font-size:14px}svg .small{font-size:11px}',
  'svg .name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:11px}',
  'svg .halo,svg .markText{paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}',
  'svg .end{text-anchor:end}svg .middle{text-anchor:middle}',
  'svg .ground{fill:var(--page)}svg .panel{fill:var(--panel);stroke:var(--hair)}',
  'svg .box{fill:var(--page);stroke:var(--line)}svg .edge{fill:none;stroke:var(--ink);stroke-width:1.5}',
  'svg .empty{fill:none;stroke:var(--line);stroke-dasharray:4 3}',
  'svg .stranded{fill:url(#hatch);stroke:var(--bad)}svg .maybe{fill:url(#dots)}svg .turns{fill:url(#stripes)}',
  'svg .axis{stroke:var(--line);fill:none}svg .grid{stroke:var(--hair);fill:none}',
  'svg .mark{stroke:var(--bad);stroke-width:2;stroke-dasharray:6 3;fill:none}svg '
    + '.markText{fill:var(--bad);font-weight:600}',
  'svg .line{fill:none;stroke:var(--ink);stroke-width:1.75;stroke-linejoin:round}svg .point{fill:var(--ink)}svg '
    + '.hollow{fill:var(--page);stroke:var(--ink)}',
  ...Array.from({ length: FILLS }, (_, index) =>
    `svg .fill${index}{fill:var(--fill${index});stroke:var(--ink);stroke-width:.75}`),
  'svg .patternInk{stroke:var(--bad);stroke-width:1.5}svg .dotInk{fill:var(--ink)}svg '
    + '.stripeInk{stroke:var(--line);stroke-width:1}',
].join('\n');

/** Style of a page around its pictures. */
export const PAGE_STYLE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer,nav{max-width:76rem;margin-inline:auto;padding-inline:1.25rem}
header{padding-block:2rem .5rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .35rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--hair)}
h3{font-size:1.05rem;line-height:1.3;margin:1.5rem 0 .25rem;overflow-wrap:anywhere}
p{margin:.5rem 0;max-width:72ch}
p.wide{max-width:none}
.quiet{color:var(--quiet)}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;z-index:1}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0 0;padding:0}
dl.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.75rem;margin:1.25rem 0 0}
dl.figures>div{background:var(--panel);border:1px solid var(--hair);border-left:.3rem solid var(--line);border-radius:.4rem;padding:.6rem .8rem}
dl.figures>div.good{border-left-color:var(--good)}dl.figures>div.warn{border-left-color:var(--warn)}dl.figures>div.bad{border-left-color:var(--bad)}
dl.figures dt{font-size:.85rem;color:var(--quiet)}
dl.figures dd{margin:0}
dl.figures dd.value{font-size:1.35rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
dl.figures dd.note{font-size:.85rem;color:var(--quiet)}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
dl.figures>.good,dl.figures>.warn,dl.figures>.bad{color:inherit}
.gallery{display:flex;flex-wrap:wrap;gap:1rem;margin-top:.75rem}
figure{margin:.75rem 0;max-width:100%}
.gallery figure{margin:0}
figcaption{font-size:.9rem;color:var(--quiet);margin-top:.25rem;max-width:72ch}
.scroll{overflow-x:auto;max-width:100%}
.scroll svg{display:block}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
caption{text-align:left;color:var(--quiet);padding-bottom:.35rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--hair)}
thead th{border-bottom:2px solid var(--line);white-space:nowrap}
tbody th{font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
.id{white-space:nowrap}
.key{display:inline-block;min-width:1.6em;padding:0 .35em;border:1px solid var(--ink);border-radius:.2em;text-align:center;font-weight:600;color:var(--ink)}
${Array.from({ length: FILLS }, (_, index) => `.key.fill${index}{background:var(--fill${index})}`).join('')}
ul.legend{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;list-style:none;padding:0;margin:.75rem 0;font-size:.9rem}
ul.legend li{display:flex;align-items:center;gap:.5rem}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link);font-size:.9rem}
:target{outline:2px solid var(--link);outline-offset:4px}
footer{color:var(--quiet);font-size:.85rem;border-top:1px solid var(--hair);margin-top:3rem;padding-block:1rem 2rem}
@media (max-width:40rem){body{font-size:15px}h1{font-size:1.4rem}dl.figures{grid-template-columns:1fr 1fr}th,td{padding-right:.5rem}table.broad{min-width:42rem}}
@media print{body{font-size:10pt}nav,.skip,details:not([open]){display:none}h2,h3{break-after:avoid}figure,tr,dl.figures>div{break-inside:avoid}
main,header,footer{max-width:none;padding-inline:0}.scroll{overflow:visible}.scroll svg{max-width:100%;height:auto}.gallery figure{width:48%}a{color:inherit;text-decoration:none}}
`;
