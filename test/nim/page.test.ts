import * as fs from 'fs';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { mig } from './maximal';
import { ModelFootprint } from '../../src/fit';
import { NimKind, NimModel } from '../../src/models';
import { NimService } from '../../src/nim';
import { NIM_SERVICE_SINCE } from '../../src/releases';
import { manifestOf } from '../cluster';

const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'nim.md'), 'utf8');
const rows = page.split('\n').filter(line => line.startsWith('| ')).map(line => line.split('|').slice(1, -1).map(cell => cell.trim().replace(/`/g, '')));

describe('the page about NIMs', () => {
  test.each(Object.values(NimKind))('has the ports and the number of the models of kind %s', kind => {
    const models = NimModel.all().filter(model => model.kind === kind);
    const row = rows.find(([first]) => first === kind)!;
    const grpc = new Set(models.map(model => (model.grpcPort === undefined ? 'none' : String(model.grpcPort))));
    expect(new Set(models.map(model => String(model.httpPort)))).toEqual(new Set([row[1]]));
    expect(grpc).toEqual(new Set(row[2].split(' or ')));
    expect(String(models.length)).toBe(row[3]);
  });

  test.each(Object.values(NimKind))('has the start-up time and the shared memory of kind %s', kind => {
    const chart = Testing.chart();
    const model = NimModel.custom('own', { kind, image: 'registry.example.com/own', tag: '1' });
    new NimService(chart, 'own', { model, slice: mig, footprint: ModelFootprint.measured(1000) });
    const { startupProbe, storage } = manifestOf(chart, 'NIMService').spec;
    const row = rows.find(([first]) => first === kind)!;
    const seconds = startupProbe && startupProbe.probe.initialDelaySeconds + startupProbe.probe.periodSeconds * startupProbe.probe.failureThreshold;
    expect(row[4]).toBe(seconds === undefined ? 'operator\'s own' : `${seconds} s`);
    expect(row[5]).toBe(storage.sharedMemorySizeLimit ?? 'none');
  });

  test('names the release of every field that came after 3.0.0', () => {
    const table = rows.filter(cells => /^3\.\d\.\d$/.test(cells[1])).map(([fields, from]) => ({ fields, from }));
    for (const [field, from] of NIM_SERVICE_SINCE.filter(([, first]) => first >= '3.0.0')) {
      expect(table.filter(row => row.fields.includes(String(field[field.length - 1]))).map(row => row.from)).toContain(from);
    }
  });

  test('quotes the message about a field that is none', () => {
    const [, message] = /```text\n([^\n]*)\n```/.exec(page)!;
    const chart = new Chart(new App(), 'voice');
    expect(() => new NimService(chart, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint: ModelFootprint.measured(1), overrides: { replica: 2 } }))
      .toThrow(message);
  });

  test('shows a model of one\'s own in three lines', () => {
    const [, code] = /^(const embedder = NimModel\.custom[^]*?\);)$/m.exec(page)!;
    expect(code.split('\n')).toHaveLength(3);
  });
});
