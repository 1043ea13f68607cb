import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { MigPartitionedGpu } from '../../src/pools';
import { GpuReport, GpuReportFormat } from '../../src/report';
import { plainDeployment, RELEASES } from '../cluster';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'app-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

function appWith(): { app: App; chart: Chart } {
  const app = new App({ outdir: folder });
  const chart = new Chart(app, 'gpu');
  const pool = new MigPartitionedGpu(chart, 'support', {
    operator: new GpuOperator(chart, 'gpu-operator', RELEASES),
    gpu: Gpu.A100_SXM4_80GB,
    nodes: GpuNodes.named(['node-1'], { gpusPerNode: 1 }),
    layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  pool.slice('3g.40gb').attachTo(plainDeployment(chart, 'translator'));
  return { app, chart };
}

test('synth writes the page beside the manifests', () => {
  const { app } = appWith();
  GpuReport.enable(app);
  app.synth();
  expect(fs.readdirSync(folder).sort()).toEqual(['gpu-report.html', 'gpu.k8s.yaml']);
  const html = fs.readFileSync(path.join(folder, 'gpu-report.html'), 'utf8');
  expect(html).toContain('1 workload on 1 GPU; none is free.');
  expect(html).toContain('Stranded: 1 compute slice of 7.');
});

test('synth writes every format that is asked for, under the name and heading given, the same each time', () => {
  const { app, chart } = appWith();
  GpuReport.enable(chart, { formats: [GpuReportFormat.SVG, GpuReportFormat.MARKDOWN], fileName: 'boards', title: 'East' });
  app.synth();
  const read = () => ['boards.md', 'boards.svg'].map(name => fs.readFileSync(path.join(folder, name), 'utf8'));
  const first = read();
  expect(first[0]).toMatch(/^## East\n/);
  app.synth();
  expect(read()).toEqual(first);
});

test('without it nothing is written but manifests, and the manifests are the same with it', () => {
  const { app } = appWith();
  app.synth();
  const manifests = fs.readFileSync(path.join(folder, 'gpu.k8s.yaml'), 'utf8');
  expect(fs.readdirSync(folder)).toEqual(['gpu.k8s.yaml']);
  GpuReport.enable(app);
  app.synth();
  expect(fs.readFileSync(path.join(folder, 'gpu.k8s.yaml'), 'utf8')).toBe(manifests);
});

test('render gives the text to a test or to a program of one\'s own', () => {
  expect(GpuReport.render(appWith().app, GpuReportFormat.MARKDOWN)).toMatch(/\| A \| `gpu-translator-[0-9a-f]+` \| Deployment \|/);
});

test.each(['../up', 'a/b', '', '.hidden', 'a\nb'])('a file name that leads elsewhere is refused: %j', fileName => {
  expect(() => GpuReport.enable(appWith().app, { fileName })).toThrow('fileName is the name of a file without a folder');
});

test('a format that there is not is refused with those that there are', () => {
  expect(() => GpuReport.enable(appWith().app, { formats: ['pdf' as GpuReportFormat] })).toThrow('formats[0] is "pdf"; give one of html, svg, md');
});

test('a chart in no app has no manifests to write beside', () => {
  expect(() => GpuReport.enable(new Chart(undefined as never, 'alone'))).toThrow('GpuReport.enable needs an App');
});
