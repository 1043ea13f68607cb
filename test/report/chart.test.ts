import { manifestsWith, inputOf, modelOfText } from './charts';
import { ClusterModel } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { chartMarkdown, chartPage, chartSvg } from '../../src/report';
import { boardPicture } from '../../src/report/board/board-picture';
import { chartFleetOf } from '../../src/report/chart/chart-fleet';

const SLICE = 'nvidia.com/mig-3g.40gb';
const MIG = GpuLayout.of({ '3g.40gb': 2 });
const inputWith = (written: Parameters<typeof manifestsWith>[0]) => inputOf(modelOfText(manifestsWith(written)));
const VOICE = inputWith({
  layouts: [MIG, GpuLayout.whole(), GpuLayout.whole()],
  pods: [{ name: 'asr', resource: SLICE, memoryMib: 15360 }, { name: 'tts', resource: SLICE, memoryMib: 20480 }, { name: 'llm', resource: 'nvidia.com/gpu' }],
});
const tagsOf = (html: string) => [...html.replace(/<style>[^]*?<\/style>/g, '').matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));

describe('the page of a chart', () => {
  const html = chartPage(VOICE);

  test('says first what there is, and how much of it is free', () => {
    expect(html).toContain('<p>3 workloads on 3 GPUs; 1 is free.');
  });

  test('says what each workload needs and leaves, in GiB', () => {
    expect(html).toContain('needs 15.0 of 39.3 GiB');
    expect(html).toContain('24.3 GiB free');
    expect(html).toContain('needs 20.0 of 39.3 GiB');
  });

  test('names what is stranded and hatches it', () => {
    expect(html).toContain('Stranded: 1 compute slice of 7.');
    expect(html.match(/class="stranded"/g)).toHaveLength(2); // one on the board, one in the legend
  });

  test('has every board as a table too', () => {
    const table = /<caption>Every slice[^]*?<\/table>/.exec(html)![0];
    for (const text of ['A asr', 'B tts', 'C llm', '15.0 GiB', '24.3 GiB', 'not known', 'free']) { expect(table).toContain(text); }
  });

  test('lists findings with the ids of their rules', () => {
    expect(VOICE.findings.length).toBeGreaterThan(0);
    for (const { rule } of VOICE.findings) { expect(html).toContain(`<span class="code id">${rule}</span>`); }
  });

  test('is the same twice', () => {
    expect(chartPage(VOICE)).toBe(html);
  });
});

test('every form of the report says the same: boards, needs, stranded slices, findings', () => {
  for (const report of [chartPage(VOICE), chartSvg(VOICE), chartMarkdown(VOICE)]) {
    for (const text of ['asr', 'tts', 'llm', '24.3 GiB free', 'Stranded: 1 compute slice of 7.', '3g.40gb']) { expect(report).toContain(text); }
  }
  for (const { rule } of VOICE.findings) { expect(chartMarkdown(VOICE)).toContain(`| ${rule} |`); }
});

test('Markdown draws the board in letters', () => {
  expect(chartMarkdown(VOICE)).toContain([
    'NVIDIA-A100-SXM4-80GB, GPU 0',
    '  memory  |AAAAAAAAA...............|BBBBBBBBBBBB............|',
    '  compute |A A A / B B B|',
    '  A asr on 3g.40gb: needs 15.0 of 39.3 GiB, 24.3 GiB free',
  ].join('\n'));
});

test('pods that have no place are named with the reason', () => {
  const html = chartPage(inputWith({ layouts: [MIG], pods: [{ name: 'asr', resource: SLICE, replicas: 5 }] }));
  expect(html).toContain('3 pods will stay Pending.');
  expect(html).toMatch(/<th scope="row">asr<\/th><td>Deployment<\/td><td class="number">3<\/td><td>every slice of that kind is taken: it stays Pending/);
});

test('a fleet of 2,377 boards that are used alike is drawn once, and its page stays small', () => {
  const input = inputWith({ layouts: [MIG], nodes: 2377, pods: [{ name: 'asr', resource: SLICE, replicas: 4754, memoryMib: 15360 }] });
  const html = chartPage(input);
  expect(html).toContain('2,377 × NVIDIA-A100-SXM4-80GB');
  expect(html.match(/<figure>/g)).toHaveLength(1);
  expect(html.length).toBeLessThan(40_000);
});

test('manifests without GPUs make a page that says so', () => {
  const input = inputOf(new ClusterModel());
  expect(chartPage(input)).toContain('The manifests name no nodes with GPUs.');
  expect(chartMarkdown(input)).toContain('The manifests name no nodes with GPUs.');
  expect(chartSvg(input)).toContain('<svg');
});

test.each([
  '<script>alert(1)</script>', '"><svg onload=alert(1)>', '</style>', '`x` | @octocat #1 [a](b) ![c](d)', 'a\u202eb\u0000c',
])('a workload may be called %j', name => {
  const of = (text: string) => {
    const input = inputWith({ layouts: [MIG], pods: [{ name: `w${text}`, resource: SLICE, memoryMib: 1024 }] });
    return { ...input, findings: input.findings.filter(({ rule }) => !rule.startsWith('SCH-')) }; // that no object may be called so is one finding more
  };
  expect(tagsOf(chartPage(of(name)))).toEqual(tagsOf(chartPage(of('plain'))));
  expect(tagsOf(chartSvg(of(name)))).toEqual(tagsOf(chartSvg(of('plain'))));
  const rows = chartMarkdown(of(name)).split('\n').filter(line => line.startsWith('| A |'));
  expect(rows).toHaveLength(1);
  expect(rows[0].replace(/\\\|/g, '').split('|')).toHaveLength(9);
});

/** One board of each shape: seven compute slices on eight memory slices, four on four, four on twelve units, two without known placements. */
const SHAPES = [Gpu.A100_SXM4_80GB, Gpu.A30, Gpu.RTX_PRO_6000_SERVER, Gpu.RTX_PRO_4500_32GB];

describe.each(SHAPES.map(gpu => [gpu.id, gpu] as const))('%s', (_, gpu) => {
  test('is drawn to scale: memory devices end to end, each as wide as its memory, and every compute slice once', () => {
    for (const layout of gpu.maximalLayouts()) {
      const [{ boards: [board] }] = chartFleetOf(modelOfText(manifestsWith({ gpu, layouts: [layout] }))).pools;
      const svg = String(boardPicture(board, 'b').body);
      const boxes = [...svg.matchAll(/<rect class="box" x="([\d.]+)" y="48" width="([\d.]+)"/g)].map(([, x, width]) => [Number(x), Number(width)]);
      expect(boxes).toHaveLength(layout.total);
      boxes.forEach(([x, width], index) => {
        const { placement, profile } = board.devices[index];
        expect(x - 62).toBeCloseTo(placement!.start * 504 / board.units, 1);
        expect(width).toBeCloseTo(placement!.size * 504 / board.units, 1);
        expect(placement!.size / board.units).toBeCloseTo(gpu.profile(profile!).memorySlices / gpu.memorySlices!, 5);
      });
      const strandedCells = [...svg.matchAll(/class="stranded" x="[\d.]+" y="148"/g)].length;
      const cut = board.devices.reduce((sum, { computeSlices }) => sum + computeSlices!, 0);
      expect(cut + strandedCells).toBe(gpu.computeSlices);
    }
  });
});

test('two workloads whose pods are described alike are two', () => {
  const { tenants } = chartFleetOf(modelOfText(manifestsWith({ layouts: [GpuLayout.of({ '3g.40gb': 2 })], pods: ['a', 'b'].map(name => ({ name, resource: SLICE })) })));
  expect(tenants.map(({ key, name, seated }) => [key, name, seated])).toEqual([['A', 'a', 1], ['B', 'b', 1]]);
});

describe('boards that nobody names', () => {
  const fleetOf = (layout: GpuLayout, resource: string) => chartFleetOf(modelOfText(manifestsWith({ layouts: [layout], pods: [{ name: 'a', resource, replicas: 1 }] })
    .replace(/"nvidia.com\/gpu.product":"[^"]*",?/g, '').replace(/,\}/g, '}')));

  test('are drawn as the first that can be cut so, and the words say it', () => {
    const { pools: [{ boards, words }], tenants } = fleetOf(GpuLayout.of({ '3g.40gb': 2 }), SLICE);
    expect(boards.map(({ gpu }) => gpu.id)).toEqual([Gpu.A100_SXM4_80GB.id]);
    expect(words).toContain(`Drawn as ${Gpu.A100_SXM4_80GB}, the first board that can be cut so.`);
    expect(tenants.map(({ name, seated }) => [name, seated])).toEqual([['a', 1]]);
  });

  test('and are whole are not drawn, and who is on them is listed all the same', () => {
    const { pools, tenants, unseated } = fleetOf(GpuLayout.whole(), 'nvidia.com/gpu');
    expect(pools.flatMap(({ boards }) => boards)).toEqual([]);
    expect(tenants.map(({ name, seated }) => [name, seated])).toEqual([['a', 1]]);
    expect(unseated).toEqual([]);
  });
});

describe('pods that ask by claim', () => {
  const app = (name: string, resources: object, resourceClaims: object[] = []) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'speech' },
    spec: { replicas: 2, template: { spec: { nodeSelector: { 'cdk8s-gpu/pool': 'cut' }, resourceClaims, containers: [{ name: 'c', image: 'x', resources }] } } },
  });
  const template = (name: string, ...requests: object[]) => ({
    apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name, namespace: 'speech' }, spec: { spec: { devices: { requests } } },
  });
  const ofProfile = (profile: string) => ({ deviceClassName: 'mig.nvidia.com', selectors: [{ cel: { expression: `device.attributes['gpu.nvidia.com'].profile == '${profile}'` } }] });
  const claims = (name: string) => [{ name: 'gpu', resourceClaimTemplateName: name }];
  const unseated = (...objects: object[]) => chartMarkdown(inputOf(modelOfText(objects.map(each => JSON.stringify(each)).join('\n---\n'))));

  test.each<[string, object[]]>([
    ['1g.10gb or 2g.20gb', [{ name: 'a', firstAvailable: [{ name: 'x', ...ofProfile('1g.10gb') }, { name: 'y', ...ofProfile('2g.20gb') }] }]],
    ['1g.20gb and 2g.20gb', [{ name: 'a', exactly: ofProfile('1g.20gb') }, { name: 'b', exactly: ofProfile('2g.20gb') }]],
    ['2 × GPU', [{ name: 'a', exactly: { deviceClassName: 'gpu.nvidia.com', count: 2 } }]],
    ['20Gi of a GPU', [{ name: 'a', exactly: { deviceClassName: 'gpu.nvidia.com', capacity: { requests: { memory: '20Gi' } } } }]],
    ['tpu.example.com', [{ name: 'a', exactly: { deviceClassName: 'tpu.example.com' } }]],
  ])('are listed with what they ask for: %s', (words, requests) => {
    expect(unseated(template('t', ...requests), app('asr', { claims: [{ name: 'gpu' }] }, claims('t')))).toContain(`it asks for ${words} by a resource claim; the driver picks the device`);
  });

  test('do not stay Pending for a resource that a DeviceClass stands for', () => {
    const deviceClass = { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'half' }, spec: { extendedResourceName: SLICE } };
    const rule = {
      apiVersion: 'nfd.k8s-sigs.io/v1alpha1',
      kind: 'NodeFeatureRule',
      metadata: { name: 'r', annotations: { 'cdk8s-gpu/nodes': 'cut=1', 'cdk8s-gpu/gpus-per-node': 'cut=2' } },
      spec: { rules: [{ name: 'cut', labels: { 'cdk8s-gpu/pool': 'cut' }, matchFeatures: [] }] },
    };
    const said = unseated(rule, deviceClass, app('asr', { limits: { [SLICE]: 1 } }));
    expect(said).toContain(`it asks for ${SLICE} by a resource claim`);
    expect(said).not.toContain('stays Pending');
    expect(unseated(rule, app('asr', { limits: { [SLICE]: 1 } }))).not.toContain('by a resource claim');
  });
});
