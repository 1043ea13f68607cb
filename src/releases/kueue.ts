import { ReleaseTable } from './release-table';

/**
 * Kueue, which queues workloads by quota. Read in kubernetes-sigs/kueue at the first tag of each release, and at
 * v0.19.2.
 */
export const KUEUE = new ReleaseTable({
  product: 'kueue',
  title: 'Kueue',
  releases: ['0.14.0', '0.15.0', '0.16.0', '0.17.0', '0.18.0', '0.19.0'],
  oldest: '0.14',
}, {
  claimCounting: {
    begins: '0.18.0',
    what: 'claims of templates are counted by resources.deviceClassMappings of the Configuration '
      + '(gate KueueDRAIntegration); before, behind the gate DynamicResourceAllocation, which is alpha and off',
    source: 'kubernetes-sigs/kueue@v0.18.0 and @v0.17.0 pkg/features/kube_features.go',
  },
  secondApi: {
    begins: '0.15.0',
    what: 'the API is served as kueue.x-k8s.io/v1beta2, where the cohort of a ClusterQueue is called cohortName; '
      + 'before, as v1beta1 alone',
    source: 'kubernetes-sigs/kueue@v0.15.0 config/components/crd/bases/kueue.x-k8s.io_clusterqueues.yaml',
  },
});
