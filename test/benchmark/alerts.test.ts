import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Testing } from 'cdk8s';
import { stringify } from 'yaml';
import { GpuDashboards } from '../../src';

/** Prometheus' own tool for rules: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules. */
const PROMTOOL = process.env.PROMTOOL ?? 'promtool';
const isThere = spawnSync(PROMTOOL, ['--version']).status === 0;
if (!isThere) { console.warn('promtool is not there (Debian has it in the package prometheus; PROMTOOL names another place): the alerts are not tried'); }
const withPromtool = isThere ? test : test.skip;

const BOARD = 'Hostname="n1",UUID="GPU-1",modelName="NVIDIA A100-SXM4-80GB"';
const slice = (id: number, pod: string) => `{${BOARD},GPU_I_ID="${id}",GPU_I_PROFILE="3g.40gb",namespace="voice",pod="${pod}",gpu="0",container="c"}`;
const whole = (pod: string, board = BOARD) => `{${board},namespace="voice",pod="${pod}",gpu="0",container="c"}`;

const chart = Testing.chart();
new GpuDashboards(chart, 'dashboards', { pricePerGpuHour: 2.8 });
const manifests: any[] = Testing.synth(chart);

interface Series { readonly [name: string]: string }

/** Which alerts fire at a time, as promtool reports them; the labels that tell one from another. */
function firing(series: Series, at: string, alert: string, expected: readonly Record<string, string>[]): string {
  const rule = manifests.find(({ kind }) => kind === 'PrometheusRule').spec.groups[0].rules.find((each: any) => each.alert === alert);
  return tried(series, { alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected.map(labels => annotated(rule, labels)) }] });
}

/** What promtool says of the rules and a test of them. */
function tried(series: Series, expectation: object): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'alerts-'));
  try {
    fs.writeFileSync(path.join(folder, 'rules.yaml'), stringify(manifests.find(({ kind }) => kind === 'PrometheusRule').spec));
    fs.writeFileSync(path.join(folder, 'test.yaml'), stringify({
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [{ interval: '1m', input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })), ...expectation }],
    }));
    execFileSync(PROMTOOL, ['check', 'rules', 'rules.yaml'], { cwd: folder, encoding: 'utf8' });
    const { stdout, stderr } = spawnSync(PROMTOOL, ['test', 'rules', 'test.yaml'], { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** What a firing alert says; `value` and `percent` are what its description shows, and no labels. */
function annotated(rule: any, { value = '', percent = '', ...labels }: Record<string, string>): object {
  const filled = (text: string) => text.replace(/\{\{ \$value \| humanizePercentage \}\}/g, percent).replace(/\{\{ \$value \}\}/g, value)
    .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name) => labels[name] ?? '');
  return {
    exp_labels: { ...rule.labels, ...labels },
    exp_annotations: Object.fromEntries(Object.entries<string>(rule.annotations).map(([key, text]) => [key, filled(text)])),
  };
}

const MIG = { Hostname: 'n1', UUID: 'GPU-1', modelName: 'NVIDIA A100-SXM4-80GB', GPU_I_PROFILE: '3g.40gb', namespace: 'voice' };
const passes = 'SUCCESS';

withPromtool('a slice whose memory is nearly full for ten minutes is told, and its neighbour on the same board is not', () => {
  const series = {
    [`DCGM_FI_DEV_FB_USED${slice(1, 'asr')}`]: '39500x30',
    [`DCGM_FI_DEV_FB_FREE${slice(1, 'asr')}`]: '500x30',
    [`DCGM_FI_DEV_FB_USED${slice(2, 'tts')}`]: '14600x30',
    [`DCGM_FI_DEV_FB_FREE${slice(2, 'tts')}`]: '25400x30',
  };
  expect(firing(series, '9m', 'GpuSliceMemoryNearlyFull', [])).toContain(passes);
  expect(firing(series, '11m', 'GpuSliceMemoryNearlyFull', [{ ...MIG, GPU_I_ID: '1', pod: 'asr', percent: '98.75%' }])).toContain(passes);
});

withPromtool('memory that is full for a moment is not told', () => {
  const series = {
    [`DCGM_FI_DEV_FB_USED${whole('llm')}`]: '79000x8 40000x30',
    [`DCGM_FI_DEV_FB_FREE${whole('llm')}`]: '1000x8 40000x30',
  };
  expect(firing(series, '20m', 'GpuSliceMemoryNearlyFull', [])).toContain(passes);
});

withPromtool('a slice on which nothing was done for six hours is idle, one that worked for a minute in them is not, one without a pod neither', () => {
  const series = {
    [`DCGM_FI_PROF_GR_ENGINE_ACTIVE${slice(1, 'asr')}`]: '0x480',
    [`DCGM_FI_PROF_GR_ENGINE_ACTIVE${slice(2, 'tts')}`]: '0x300 0.4 0x180',
    [`DCGM_FI_PROF_GR_ENGINE_ACTIVE${slice(3, '')}`]: '0x480',
  };
  expect(firing(series, '7h30m', 'GpuSliceIdle', [{ ...MIG, GPU_I_ID: '1', pod: 'asr' }])).toContain(passes);
});

withPromtool('a slice that has been there for minutes is not idle yet', () => {
  expect(firing({ [`DCGM_FI_PROF_GR_ENGINE_ACTIVE${slice(1, 'asr')}`]: '_x420 0x70' }, '8h', 'GpuSliceIdle', [])).toContain(passes);
});

withPromtool('a new error of the driver is told, an old one that the gauge keeps is not, and no error is none', () => {
  const series = {
    [`DCGM_FI_DEV_XID_ERRORS${whole('asr')}`]: '0x10 31x20',
    [`DCGM_FI_DEV_XID_ERRORS${whole('tts', BOARD.replace('GPU-1', 'GPU-2'))}`]: '79x30',
    [`DCGM_FI_DEV_XID_ERRORS${whole('llm', BOARD.replace('GPU-1', 'GPU-3'))}`]: '0x30',
  };
  const { GPU_I_PROFILE, ...board } = MIG;
  expect(GPU_I_PROFILE).toBe('3g.40gb');
  expect(firing(series, '12m', 'GpuXidError', [{ ...board, pod: 'asr', value: '31' }])).toContain(passes);
  expect(firing(series, '25m', 'GpuXidError', [])).toContain(passes);
});

withPromtool('requests that wait are told where as many wait as run, by the names of NIM and of vLLM', () => {
  const of = (pod: string) => `{namespace="voice",pod="${pod}",model_name="m"}`;
  const series = {
    [`num_requests_waiting${of('nim')}`]: '9x20',
    [`num_requests_running${of('nim')}`]: '8x20',
    [`vllm:num_requests_waiting${of('vllm')}`]: '4x20',
    [`vllm:num_requests_running${of('vllm')}`]: '4x20',
    [`num_requests_waiting${of('some')}`]: '2x20',
    [`num_requests_running${of('some')}`]: '8x20',
    [`num_requests_waiting${of('none')}`]: '0x20',
    [`num_requests_running${of('none')}`]: '0x20',
  };
  expect(firing(series, '10m', 'NimRequestsWaiting', [
    { namespace: 'voice', pod: 'nim', value: '9' }, { namespace: 'voice', pod: 'vllm', value: '4' },
  ])).toContain(passes);
});

withPromtool('a MIG device costs its part of the compute slices and a whole board all, whatever they do; a board of four slices is cut in four', () => {
  const [{ targets: [{ expr }] }] = manifests.filter(({ kind }) => kind === 'ConfigMap').flatMap(({ data }) => Object.values<string>(data))
    .flatMap(text => JSON.parse(text).panels).filter(({ title }) => title === 'Cost an hour');
  const a30 = '{Hostname="n2",UUID="GPU-9",modelName="NVIDIA A30",GPU_I_ID="1",GPU_I_PROFILE="1g.6gb",namespace="voice",pod="small",gpu="0"}';
  const series = {
    [`DCGM_FI_DEV_FB_USED${slice(1, 'asr')}`]: '39500x5',
    [`DCGM_FI_DEV_FB_USED${slice(2, 'tts')}`]: '0x5',
    [`DCGM_FI_DEV_FB_USED${whole('llm', BOARD.replace('GPU-1', 'GPU-2'))}`]: '100x5',
    [`DCGM_FI_DEV_FB_USED${a30}`]: '100x5',
  };
  const cost = (pod: string, value: number) => ({ labels: `{namespace="voice", pod="${pod}"}`, value });
  expect(tried(series, {
    promql_expr_test: [{
      expr: `round(${expr}, 0.001)`, eval_time: '3m', exp_samples: [cost('asr', 1.2), cost('tts', 1.2), cost('llm', 2.8), cost('small', 0.7)],
    }],
  })).toContain(passes);
});

withPromtool('promtool says so where an alert is expected that does not fire', () => {
  expect(firing({ [`DCGM_FI_DEV_XID_ERRORS${whole('asr')}`]: '0x10' }, '5m', 'GpuXidError', [{ pod: 'asr', value: '31' }])).toContain('FAILED');
});
