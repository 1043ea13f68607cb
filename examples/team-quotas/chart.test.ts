import { Testing } from 'cdk8s';
import { TeamQuotas } from './chart';

const manifests: any[] = Testing.synth(new TeamQuotas(Testing.app(), 'team-quotas'));
const ofKind = (kind: string) => manifests.filter(manifest => manifest.kind === kind);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('each team has its own number of slices', () => {
  expect(Object.fromEntries(ofKind('ResourceQuota').map(({ metadata, spec }) =>
    [metadata.namespace, spec.hard]))).toEqual({
    research: { 'requests.nvidia.com/mig-3g.40gb': '2', 'requests.nvidia.com/mig-1g.10gb': '3' },
    product: { 'requests.nvidia.com/mig-3g.40gb': '0', 'requests.nvidia.com/mig-1g.10gb': '4' },
  });
});

test('the server waits in the queue of its team for a slice of the pool', () => {
  const [server] = ofKind('Deployment');
  const [local] = ofKind('LocalQueue');
  expect(server.metadata.labels['kueue.x-k8s.io/queue-name']).toBe(local.metadata.name);
  expect(server.metadata.namespace).toBe(local.metadata.namespace);
  const [{ spec: { nodeLabels } }] = ofKind('ResourceFlavor');
  expect(server.spec.template.spec.nodeSelector).toEqual(nodeLabels);
});
