import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { folder, lint, NODE, POD, write } from './lint-folder';
import { run } from './run';

describe('Kustomize', () => {
  const base = () => {
    write('base/pod.yaml', POD.replace('0.5', '1'));
    write('base/kustomization.yaml', 'resources: [pod.yaml]\n');
  };

  test.each([
    ['patches', 'resources: [../base]\npatches:\n- path: patch.yaml\n'],
    ['patchesStrategicMerge', 'resources: [../base]\npatchesStrategicMerge: [patch.yaml]\n'],
  ])('what %s names is one object with what it patches, and a fault in it stands in it', async (_, kustomization) => {
    base();
    write('overlay/patch.yaml', POD);
    write('overlay/kustomization.yaml', kustomization);
    expect(await lint(folder)).toMatchObject({ found: ['POD-010 overlay/patch.yaml'], problems: [], code: 1, files: 3 });
  });

  test.each([
    ['in a file', 'path: ops.yaml'],
    ['inline', 'patch: "[{op: replace, path: /spec/containers/0/resources/limits/nvidia.com~1gpu, value: 0.5}]"'],
  ])('operations %s change what they name', async (_, patch) => {
    base();
    write('overlay/ops.yaml', '- {op: replace, path: /spec/containers/0/resources/limits/nvidia.com~1gpu, value: 0.5}\n');
    write('overlay/kustomization.yaml', `resources: [../base]\npatches:\n- target: {kind: Pod, name: p}\n  ${patch}\n`);
    expect(await lint(folder)).toMatchObject({ found: ['POD-010 base/pod.yaml'], code: 1 });
  });

  test('what a patch mends is no fault of the base', async () => {
    write('base/pod.yaml', POD);
    write('base/kustomization.yaml', 'resources: [pod.yaml]\n');
    write('overlay/kustomization.yaml', 'resources: [../base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: p}\n    spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]}\n');
    expect(await lint(folder)).toMatchObject({ found: [], code: 0 });
  });

  test('patches of a base come before those of the overlay that takes it', async () => {
    write('base/pod.yaml', POD.replace('0.5', '2'));
    write('base/one.yaml', POD.replace('0.5', '1'));
    write('base/kustomization.yaml', 'resources: [pod.yaml]\npatches: [{path: one.yaml}]\n');
    write('overlay/half.yaml', POD);
    write('overlay/kustomization.yaml', 'resources: [../base]\npatches: [{path: half.yaml}]\n');
    expect(await lint(folder)).toMatchObject({ found: ['POD-010 overlay/half.yaml'], code: 1 });
  });

  test('a component patches what its holder takes, and no patch changes an object that its Kustomization does not take', async () => {
    write('component/half.yaml', POD);
    write('component/kustomization.yaml', 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: half.yaml}]\n');
    write('east/pod.yaml', POD.replace('0.5', '1'));
    write('east/kustomization.yaml', 'resources: [pod.yaml]\n');
    expect(await lint(folder)).toMatchObject({ found: [], code: 0 });
    write('east/kustomization.yaml', 'resources: [pod.yaml]\ncomponents: [../component]\n');
    expect(await lint(folder)).toMatchObject({ found: ['POD-010 component/half.yaml'], code: 1 });
  });

  test('what several overlays patch is not judged, because they are alternatives', async () => {
    write('base/pod.yaml', POD);
    write('base/kustomization.yaml', 'resources: [pod.yaml]\n');
    for (const overlay of ['east', 'west']) {
      write(`${overlay}/kustomization.yaml`, 'resources: [../base]\npatches: [{path: patch.yaml}]\n');
      write(`${overlay}/patch.yaml`, POD.replace('0.5', '1'));
    }
    expect(await lint(folder)).toMatchObject({ found: [], code: 0 });
  });

  test('a whole file in a patch of a ConfigMap is checked, with what the base leaves to it', async () => {
    write('base/cp.yaml', 'apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cp}\nspec: {daemonsets: {}, dcgm: {}, dcgmExporter: {}, devicePlugin: {config: {name: dp, default: any}}, driver: {}, gfd: {}, nodeStatusExporter: {}, operator: {}, toolkit: {}}\n');
    write('base/cm.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dp}\ndata: {}\n');
    write('base/kustomization.yaml', 'resources: [cp.yaml, cm.yaml]\n');
    write('over/kustomization.yaml', 'namespace: gpu-operator\nresources: [../base]\npatches: [{path: c.yaml}]\n');
    write('over/c.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dp}\ndata:\n  any: |\n    version: v1\n    sharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 0}]}}\n');
    expect(await lint(folder)).toMatchObject({ found: ['DP-004 over/c.yaml'], code: 1 });
  });

  const posix = process.platform === 'win32' ? test.skip : test;
  posix('nothing outside of the folder is opened, nor a pipe', async () => {
    write('outside/secret.txt', MIG_FILE);
    write('in/kustomization.yaml', 'configMapGenerator:\n- {name: a, files: [config.yaml=../outside/secret.txt]}\n- {name: b, files: [config.yaml=link.txt]}\n- {name: c, files: [config.yaml=pipe]}\npatches: [{path: pipe}, {path: ../outside/secret.txt}]\n');
    fs.symlinkSync('../outside/secret.txt', path.join(folder, 'in', 'link.txt'));
    execFileSync('mkfifo', [path.join(folder, 'in', 'pipe')]);
    expect(await lint(path.join(folder, 'in'))).toMatchObject({ found: [], problems: [], code: 0 });
  });

  test('what an .env file holds is printed by nothing', async () => {
    write('in/.env', 'HF_TOKEN=hunter2xyzabc\nmig-configs: hunter2xyzabc\nPASS: [x\n');
    write('in/kustomization.yaml', 'configMapGenerator:\n- {name: a, envs: [.env]}\n- {name: b, env: .env}\n- {name: c, files: [.env]}\n- {name: d, files: [config.yaml=.env]}\n');
    const { out, err } = await run('lint', path.join(folder, 'in'));
    expect(out).toContain('the mig-parted file is not YAML');
    expect(out + err).not.toContain('hunter2');
  });

  test('Kustomizations that take each other, or themselves, come to an end', async () => {
    write('a/pod.yaml', POD);
    write('a/kustomization.yaml', 'namespace: x\nresources: [., ../b, pod.yaml]\ncomponents: [../a]\npatches: [{path: patch.yaml}]\n');
    write('a/patch.yaml', POD);
    write('b/kustomization.yaml', 'namespace: y\nresources: [../a]\ncomponents: [../a]\npatches: [{path: patch.yaml}]\n');
    write('b/patch.yaml', POD);
    expect((await lint(folder)).files).toBe(3);
  });

  test('a patch that somebody names is read', async () => {
    write('kustomization.yaml', 'patches: [{path: patch.yaml}]\n');
    expect((await lint(write('patch.yaml', POD))).found).toEqual(['POD-010 patch.yaml']);
  });

  test('its file needs no kind', async () => {
    write('kustomization.yaml', 'configMapGenerator: [{name: sharing, files: [a.txt]}]\n');
    write('policy.yaml', 'apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cluster-policy}\nspec: {devicePlugin: {config: {name: sharing}}}\n');
    expect((await lint(folder)).found.filter(each => each.startsWith('REF-001'))).toEqual([]);
  });

  const MIG_FILE = 'version: v1\nmig-configs:\n  all-disabled:\n  - {devices: all, mig-enabled: false}\n  slices:\n  - devices: all\n    mig-enabled: false\n    comment: x\n';

  test('a file that becomes a ConfigMap is checked, at its own lines', async () => {
    write('layouts.txt', MIG_FILE);
    write('kustomization.yaml', 'namespace: gpu-operator\nconfigMapGenerator:\n- name: layouts\n  files: [config.yaml=layouts.txt]\n');
    const { findings } = JSON.parse((await run('lint', '--format', 'json', folder)).out);
    expect(findings).toEqual([expect.objectContaining({
      rule: 'MIG-003', file: path.join(folder, 'layouts.txt'), line: 8, kind: 'ConfigMap', name: 'layouts', namespace: 'gpu-operator',
    })]);
  });

  test('a file that becomes a ConfigMap with others is checked, and one that is missing is left to Kustomize', async () => {
    write('config.yaml', MIG_FILE);
    write('kustomization.yaml', 'configMapGenerator:\n- {name: a, files: [config.yaml], literals: [x=y]}\n- {name: b, files: [nowhere.yaml]}\n- {name: c, behavior: merge, files: [config.yaml]}\n');
    expect(await lint(folder)).toMatchObject({ found: ['MIG-003 kustomization.yaml'], problems: [], code: 1 });
  });

  test('a kustomization that cannot be read is a problem and hides nothing', async () => {
    write('kustomization.yaml', 'patches: [\n');
    write('node.yaml', NODE);
    const { found, problems, code } = await lint(folder);
    expect({ found, code, files: problems.map(each => each.split(':')[0]) }).toEqual({ found: ['LBL-003 node.yaml'], code: 2, files: ['kustomization.yaml'] });
  });
});
