import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CONTAINER_SECURITY, POD_SECURITY } from './restricted-pod';
import { FAULT_PORT } from '../fault/fault-tenant';
import type { VoicePipelineBenchmarkProps } from '../voice-pipeline-benchmark';

const IMAGE = 'docker.io/library/node:24-slim';

/** Requests equal to limits: the cores are its own, as far as the node lets a pod have them. */
const RESOURCES = { cpu: '2', memory: '1Gi' };

/** Seconds to write down what was measured when the Job is deleted. */
const GRACE_SECONDS = 60;

/** The Job of the generator. One run, never again by itself: a second one would be mixed with the first. */
export function generatorJob(scope: Construct, name: string, configMap: ApiObject, props: VoicePipelineBenchmarkProps): ApiObject {
  const { image = IMAGE, nodeSelector, resultsClaim, llmApiKey, fault, conversation } = props;
  const mounts: [string, string, object, boolean][] = [
    ['program', '/program', { configMap: { name: configMap.name } }, true],
    ...claim('results', '/results', resultsClaim, false),
    ...claim('sound', '/sound', conversation?.soundClaim, true),
  ];
  return new ApiObject(scope, 'Job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'voice-benchmark', 'app.kubernetes.io/instance': name } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: GRACE_SECONDS,
          securityContext: POD_SECURITY,
          ...(nodeSelector === undefined ? { affinity: AWAY_FROM_GPUS } : { nodeSelector }),
          containers: [{
            name: 'generator',
            image,
            command: ['node', '/program/main.mjs', '/program/config.json'],
            ...(llmApiKey !== undefined && {
              env: [{ name: 'LLM_API_KEY', valueFrom: { secretKeyRef: { name: llmApiKey.secret, key: llmApiKey.key } } }],
            }),
            ...(fault !== undefined && { ports: [{ name: 'fault', containerPort: FAULT_PORT }] }),
            resources: { requests: RESOURCES, limits: RESOURCES },
            securityContext: CONTAINER_SECURITY,
            volumeMounts: mounts.map(([volume, mountPath, , readOnly]) => ({ name: volume, mountPath, ...(readOnly && { readOnly }) })),
          }],
          volumes: mounts.map(([volume, , source]) => ({ name: volume, ...source })),
        },
      },
    },
  });
}

/** Its work is on the processor, and so is that of the servers that it measures. */
const AWAY_FROM_GPUS = {
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, preference: { matchExpressions: [{ key: 'nvidia.com/gpu.present', operator: 'DoesNotExist' }] } },
    ],
  },
};

function claim(volume: string, mountPath: string, claimName: string | undefined, readOnly: boolean): [string, string, object, boolean][] {
  return claimName === undefined ? [] : [[volume, mountPath, { persistentVolumeClaim: { claimName, ...(readOnly && { readOnly }) } }, readOnly]];
}
