import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { source as AXE } from 'axe-core';
import { Browser, BrowserContext, chromium, Page } from 'playwright-core';
import { inputOf, manifestsWith, modelOfText } from './charts';
import { PLAN, ARRIVALS } from './plans';
import { readBenchmark } from '../../src/benchmark';
import { GpuLayout } from '../../src/hardware';
import { barPlot, benchmarkPage, chartPage, chartSvg, figureMarkup, htmlPage, intervalPlot, linePlot, markup, planPage, planSvg } from '../../src/report';
import { fileOf, madeLines } from '../benchmark/results/made-run';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(file => fs.existsSync(file));
/** No network, no update, no sandbox: the pages are ours, and a container gives no other choice. */
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const CHART = inputOf(modelOfText(manifestsWith({
  layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.of({ '1g.10gb': 7 }), GpuLayout.whole()],
  pods: [
    { name: 'asr', resource: 'nvidia.com/mig-3g.40gb', memoryMib: 15360 },
    { name: 'a-service-with-a-name-that-is-much-too-long-for-a-slice', resource: 'nvidia.com/mig-1g.10gb', replicas: 9 },
    { name: 'llm', resource: 'nvidia.com/gpu' },
  ],
})));

const points = (slope: number) => Array.from({ length: 50 }, (_, index) => [index, index * slope] as const);
const PLOTS = htmlPage({
  title: 'Plots',
  lead: 'All kinds.',
  sections: [{
    id: 'plots',
    title: 'Plots',
    body: markup`${figureMarkup(barPlot({ id: 'bars', title: 'Bars', description: 'd', unit: 'boards', bars: [{ label: 'a', value: 3 }, { label: 'b', value: 5, note: 'more', fill: 7 }], mark: { label: 'bound', value: 2 } }))}${
      figureMarkup(intervalPlot({ id: 'intervals', title: 'Intervals', description: 'd', unit: 'ms', intervals: [{ label: 'MIG', low: 1, value: 2, high: 4 }], mark: { label: 'target', value: 3 } }))}${
      figureMarkup(linePlot({ id: 'lines', title: 'Lines', description: 'd', xLabel: 'turn', yLabel: 'ms', panels: [{ title: 'x', series: [{ label: 'MIG', points: points(1) }, { label: 'whole', points: points(2) }] }] }))}`,
  }],
  footer: 'Made by a test.',
});

const BENCHMARK = benchmarkPage(readBenchmark([fileOf(madeLines({
  arms: { 'mig': { asrMs: 60, llmMs: 300, ttsMs: 120 }, 'time-slicing': { asrMs: 120, llmMs: 300, ttsMs: 240 }, 'mps': { asrMs: 70, llmMs: 300, ttsMs: 130, varies: 0.2 } },
}).filter(line => line.cell !== 4))]));

const PAGES: Readonly<Record<string, string>> = {
  'benchmark.html': BENCHMARK, 'chart.html': chartPage(CHART), 'plan.html': planPage(PLAN, { arrivals: ARRIVALS }), 'plots.html': PLOTS,
};
const PICTURES: Readonly<Record<string, string>> = { 'chart.svg': chartSvg(CHART), 'plan.svg': planSvg(PLAN) };

if (CHROMIUM === undefined) {
  test.skip('pages in a real browser (needs chromium: apt-get install chromium)', () => undefined);
} else {
  describe('in a real browser', () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pages-'));
      for (const [name, text] of Object.entries({ ...PAGES, ...PICTURES })) { fs.writeFileSync(path.join(folder, name), text); }
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a page and notes what it asks for and complains of. */
    async function opened<T>(name: string, options: Parameters<Browser['newContext']>[0], look: (page: Page, context: BrowserContext) => Promise<T>): Promise<{ seen: T; complaints: string[] }> {
      const context = await browser.newContext(options);
      try {
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', message => complaints.push(message.text()));
        page.on('pageerror', error => complaints.push(error.message));
        page.on('request', request => { if (!request.url().startsWith('file:')) { complaints.push(`asked for ${request.url()}`); } });
        await page.goto(`file://${path.join(folder, name)}`);
        return { seen: await look(page, context), complaints };
      } finally {
        await context.close();
      }
    }

    test.each(Object.keys(PAGES).flatMap(name => (['light', 'dark'] as const).map(scheme => [name, scheme] as const)))(
      '%s, %s: axe-core finds nothing, and the page asks for nothing', async (name, colorScheme) => {
        const { seen, complaints } = await opened(name, { colorScheme }, async page => {
          await page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true; })');
          await page.evaluate(AXE);
          return page.evaluate('axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))');
        });
        expect(seen).toEqual([]);
        expect(complaints).toEqual([]);
      }, 60_000);

    test.each(Object.keys(PAGES))('%s fits a narrow screen: only frames scroll sideways, and each by keyboard', async name => {
      const { seen } = await opened(name, { viewport: { width: 360, height: 740 } }, page => page.evaluate(`({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        unreachable: [...document.querySelectorAll('.scroll')].filter(each => each.tabIndex !== 0).length,
      })`));
      expect(seen).toEqual({ wide: 0, unreachable: 0 });
    }, 60_000);

    test('the first key leads past the contents, and every stop is seen', async () => {
      const { seen } = await opened('chart.html', {}, async page => {
        const stops: unknown[] = [];
        for (let index = 0; index < 6; index++) {
          await page.keyboard.press('Tab');
          stops.push(await page.evaluate('[document.activeElement.textContent.slice(0, 20), getComputedStyle(document.activeElement).outlineStyle]'));
        }
        return stops as [string, string][];
      });
      expect(seen[0][0]).toBe('Skip to the content');
      expect(seen.filter(([, outline]) => outline === 'none')).toEqual([]);
    }, 60_000);

    test('its own style sheet is in force, and a script that somebody got into it would not run', async () => {
      const { seen, complaints } = await opened('chart.html', {}, async page => {
        await page.evaluate('document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }))');
        return page.evaluate('[window.ran ?? false, getComputedStyle(document.querySelector("h2")).borderTopStyle]');
      });
      expect(seen).toEqual([false, 'solid']);
      expect(complaints.join()).toContain('Content Security Policy');
    }, 60_000);

    test.each(Object.keys(PICTURES))('%s opens by itself as a picture', async name => {
      const { seen, complaints } = await opened(name, {}, page => page.evaluate('[document.documentElement.nodeName, document.querySelectorAll("parsererror").length]'));
      expect(seen).toEqual(['svg', 0]);
      expect(complaints).toEqual([]);
    }, 60_000);

    test('no text of a board stands outside its picture', async () => {
      const { seen } = await opened('chart.html', {}, page => page.evaluate(`[...document.querySelectorAll('figure svg')].flatMap(svg => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => text.getBoundingClientRect().right > frame.right + 1).map(text => text.textContent);
      })`));
      expect(seen).toEqual([]);
    }, 60_000);

    test('it prints on paper without what only a screen can do', async () => {
      const { seen } = await opened('chart.html', { colorScheme: 'dark' }, async page => {
        await page.emulateMedia({ media: 'print' });
        return page.evaluate('[getComputedStyle(document.querySelector("nav")).display, getComputedStyle(document.body).backgroundColor]');
      });
      expect(seen).toEqual(['none', 'rgb(255, 255, 255)']);
    }, 60_000);
  });
}
