import * as fs from 'fs';
import * as path from 'path';
import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';

test('the worked example in docs/fit.md has the numbers that the code has', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'fit.md'), 'utf8');
  const footprint = ModelFootprint.ofLlm(LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'), { contextLength: 32768 });
  const report = GpuFit.check(footprint, GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb'));
  const rows = [...page.split('## A worked example')[1].matchAll(/\| \**([^|*]+)\** \| \**(\d+)\** \| \**(\d+)\** \|/g)]
    .map(([, , least, most]) => [Number(least), Number(most)]);
  expect(rows).toEqual([
    ...report.components.map(({ bestMib, worstMib }) => [bestMib, worstMib]),
    [report.neededBestMib, report.neededWorstMib],
  ]);
  expect([report.verdict, report.maxConcurrency]).toEqual([FitVerdict.FITS, 4]);
});
