import * as fs from 'fs';
import * as path from 'path';
import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { everythingGenerated } from './generated';
import { podsOf, WITHOUT_PODS } from './operator-pods';
import { beyondBaseline, beyondRestricted } from './pod-profiles';
import { ModelFootprint } from '../../src/fit';
import { NimModel } from '../../src/models';
import { NimCache, NimService, NimServiceProps } from '../../src/nim';
import { GpuChecks } from '../../src/synthesis';
import { llm, mig, whole } from '../nim/maximal';

/** The written table: what each pod does not pass, and why. */
const rows = [...fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8')
  .matchAll(/^\| (.+?) \| (passes|.+?) \| (passes|.+?) \| (.+?) \|$/gm)].slice(1) // the head
  .map(([, row, baseline, restricted, why]) => ({ row: row.replace(/`/g, ''), baseline: listed(baseline), restricted: listed(restricted), why }));

function listed(cell: string): string[] {
  return cell === 'passes' ? [] : cell.replace(/`/g, '').split(', ');
}

const objects = everythingGenerated();
const pods = objects.flatMap(({ from, manifest }) => podsOf(manifest).map(made => ({ title: `${from}: ${manifest.kind} ${manifest.metadata.name}`, ...made })));

describe('every object that is generated', () => {
  test('bears pods that are looked at here, or none', () => {
    const kinds = new Set(objects.filter(({ manifest }) => podsOf(manifest).length === 0).map(({ manifest }) => manifest.kind));
    expect([...kinds].filter(kind => !WITHOUT_PODS.includes(kind))).toEqual([]);
    expect(pods.length).toBeGreaterThan(100);
  });

  test('passes the restricted profile, or the table of docs/security.md says what it does not pass', () => {
    const wrong = pods.flatMap(({ title, row, pod }) => {
      const written = rows.find(each => each.row === row);
      if (written === undefined) { return [`${title}: no row "${row}"`]; }
      const is = { baseline: beyondBaseline(pod), restricted: beyondRestricted(pod) };
      // a workload of one's own may be written better than the worst of them
      const differs = (found: string[], said: string[]) => (row === 'a workload of your own'
        ? found.some(each => !said.includes(each)) : JSON.stringify([...found].sort()) !== JSON.stringify([...said].sort()));
      return (['baseline', 'restricted'] as const).filter(profile => differs(is[profile], written[profile]))
        .map(profile => `${title}: ${profile}: ${is[profile].join(', ')}, and the row "${row}" says ${written[profile].join(', ')}`);
    });
    expect(wrong).toEqual([]);
  });

  test('and the table has no row that nothing generated meets, and a reason in every row', () => {
    expect(rows.map(({ row }) => row).filter(row => !pods.some(pod => pod.row === row))).toEqual([]);
    expect(rows.length).toBe(new Set(pods.map(({ row }) => row)).size);
    expect(rows.filter(({ why }) => why.length < 20)).toEqual([]);
  });
});

describe('the judge of the profiles', () => {
  const fine = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'a', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory' } }],
  };
  const first = (more: object) => ({ ...fine, containers: [{ ...fine.containers[0], ...more }] });

  test('lets a restricted pod pass', () => {
    expect([beyondBaseline(fine), beyondRestricted(fine)]).toEqual([[], []]);
  });

  test.each<[string, any, string[]]>([
    ['a hostPath', { ...fine, volumes: [{ name: 'm', hostPath: { path: '/' } }] }, ['hostPath']],
    ['another volume type', { ...fine, volumes: [{ name: 'm', nfs: {} }] }, ['volume types']],
    ['a hostPort', first({ ports: [{ containerPort: 1, hostPort: 1 }] }), ['hostPort']],
    ['the network of the node', { ...fine, hostNetwork: true }, ['host namespaces']],
    ['root', { ...fine, securityContext: { ...fine.securityContext, runAsUser: 0 } }, ['runAsUser 0']],
    ['no seccomp profile', { ...fine, securityContext: { runAsNonRoot: true } }, ['seccompProfile']],
    ['a bare container', first({ securityContext: undefined }), ['allowPrivilegeEscalation', 'capabilities']],
    ['a bare init container', { ...fine, initContainers: [{ name: 'i' }] }, ['allowPrivilegeEscalation', 'capabilities']],
    ['a privileged container', first({ securityContext: { ...fine.containers[0].securityContext, privileged: true } }), ['privileged']],
    ['a capability', first({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } }), ['added capabilities']],
  ])('sees %s', (_, pod, controls) => {
    expect(beyondRestricted(pod)).toEqual(controls);
  });
});

describe('a slice that is attached', () => {
  test('takes nothing from the restricted profile of a workload, and adds nothing to it', () => {
    const chart = Testing.chart();
    const restricted = {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'main', image: 'i', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    };
    const deployment = new ApiObject(chart, 'd', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: restricted } } });
    mig.attachTo(deployment);
    const pod = (Testing.synth(chart) as any[])[0].spec.template.spec;
    expect(pod.containers[0].resources.limits).toEqual({ 'nvidia.com/mig-3g.40gb': '1' });
    expect(beyondRestricted(pod)).toEqual([]);
  });
});

describe('what a person asks for beyond the profile', () => {
  const service = (props: Partial<NimServiceProps>, labels: Record<string, string> = {}) => {
    const chart = Testing.chart();
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nim', labels } });
    new NimService(chart, 'llm', { name: 'llm', model: llm, slice: whole, footprint: ModelFootprint.measured(1000), ...props });
    ApiObject.of(chart.node.findChild('llm')).addJsonPatch(JsonPatch.add('/metadata/namespace', 'nim'));
    return GpuChecks.of(chart).findings.filter(({ rule }) => rule.startsWith('SEC')).map(({ rule, severity, path: at }) => `${rule} ${severity} ${at}`);
  };
  const enforced = (profile: string) => ({ 'pod-security.kubernetes.io/enforce': profile });

  test('is a warning for root, and an error where it never starts', () => {
    expect(service({})).toEqual([]);
    expect(service({ userId: 0 })).toEqual(['SEC-002 warning spec.userID']);
    const cache = (props: object) => () => new NimCache(Testing.chart(), 'cache', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, ...props });
    expect(cache({ userId: 0 })).toThrow(/test\/cache: userId 0 cannot be: .*\[SEC-002\]; leave it out for 1000/);
    expect(cache({ userId: 1 })).not.toThrow();
  });

  test('is an error where a namespace of the app turns the pods away', () => {
    expect(service({}, enforced('baseline'))).toEqual([]);
    expect(service({}, enforced('privileged'))).toEqual([]);
    expect(service({}, enforced('restricted'))).toEqual(['SEC-003 error metadata.namespace']);
    expect(service({}, { 'pod-security.kubernetes.io/warn': 'restricted' })).toEqual([]);
    expect(service({ overrides: { storage: { pvc: undefined, hostPath: '/models' } } }, enforced('baseline'))).toEqual(['SEC-003 error spec.storage.hostPath']);
    expect(service({ overrides: { storage: { pvc: undefined, hostPath: '/models' } } })).toEqual([]);
  });

  test('and the documentation of the property says it', () => {
    const api = (file: string) => fs.readFileSync(path.join(__dirname, '..', '..', 'src', 'nim', file), 'utf8').replace(/\s*\n\s*\* /g, ' ');
    expect(api('service/nim-pod.ts')).toContain('0 is root, which leaves the restricted pod security profile');
    expect(api('cache/nim-storage.ts')).toContain('leave the baseline pod security profile');
  });
});
