import { ApiObject, Chart } from 'cdk8s';
import {
  Gpu, GpuAllocation, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, KubernetesVersion, MigPartitionedGpu,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * H100s that the driver cuts as claims come: by resource for pods that are as they were, by claim for what only a claim
 * can say.
 */
export class DraDynamicMig extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'inference' });

    const operator = new GpuOperator(this, 'gpu-operator', {
      releases: { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 },
      allocation: GpuAllocation.DRA,
    });
    const pool = new MigPartitionedGpu(this, 'h100', {
      operator,
      gpu: Gpu.H100_SXM5_80GB,
      nodes: GpuNodes.named(['h100-1'], { gpusPerNode: 2 }),
      layout: GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1, '1g.20gb': 1 }),
    });

    // as with the device plugin: nvidia.com/mig-3g.40gb, which a DeviceClass stands for
    pool.slice('3g.40gb').attachTo(this.deployment('reranker', ['reranker']));
    // the smaller of two that is free
    pool.firstAvailable(['2g.20gb', '3g.40gb']).attachTo(this.deployment('translator', ['translator']));
    // two slices of one board, so that they share its memory bandwidth and no other board is touched
    const speech = this.deployment('speech', ['asr', 'tts']);
    pool.onOneBoard(['1g.20gb', '2g.20gb'])
      .forEach((slice, index) => slice.attachTo(speech, { containers: [['asr', 'tts'][index]] }));
  }

  private deployment(name: string, containers: string[]): ApiObject {
    return new ApiObject(this, name, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            automountServiceAccountToken: false,
            containers: containers.map(container => ({
              name: container,
              image: `registry.example.com/${container}:1.0.0`,
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: {
                  drop: ['ALL'],
                },
                runAsNonRoot: true,
                runAsUser: 1000,
                seccompProfile: { type: 'RuntimeDefault' },
              },
            })),
          },
        },
      },
    });
  }
}
