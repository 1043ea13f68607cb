import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CONTAINER_SECURITY, POD_SECURITY } from './restricted-pod';
import type { BenchmarkSecret } from '../benchmark-options';

/** Cores of a generator. */
const CORES = '2';

/** Seconds to write down what was measured when the Job is deleted. */
const GRACE_SECONDS = 60;

/** A pod that makes load, and where its results go. */
export interface GeneratorPod {
  /** The value of its label `app.kubernetes.io/name`. */
  readonly label: string;
  readonly image: string;
  readonly pullSecrets?: string[];
  readonly command: string[];
  readonly nodeSelector?: Record<string, string>;
  readonly resultsClaim?: string;
  readonly soundClaim?: string;
  readonly llmApiKey?: BenchmarkSecret;
  /** Where tenants that do harm ask when. */
  readonly port?: number;
  /** Whether the program writes files of its own, into an empty folder as its home and for what is temporary. */
  readonly writes?: boolean;
  /** Memory of the pod. */
  readonly memory?: string;
}

/** The Job of the generator. One run, never again by itself: a second one would be mixed with the first. */
export function generatorJob(scope: Construct, name: string, configMap: ApiObject, pod: GeneratorPod): ApiObject {
  const {
    label,
    image,
    pullSecrets = [],
    command,
    nodeSelector,
    resultsClaim,
    soundClaim,
    llmApiKey,
    port,
    writes = false,
    memory = '1Gi',
  } = pod;
  // requests equal to limits: the cores are its own, as far as the node lets a pod have them
  const resources = { cpu: CORES, memory };
  const mounts: [string, string, object, boolean][] = [
    ['program', '/program', { configMap: { name: configMap.name } }, true],
    ...claim('results', '/results', resultsClaim, false),
    ...claim('sound', '/sound', soundClaim, true),
  ];
  if (writes) { mounts.push(['scratch', '/tmp', { emptyDir: {} }, false]); }
  const env = [
    ...(llmApiKey === undefined
      ? []
      : [{ name: 'LLM_API_KEY', valueFrom: { secretKeyRef: { name: llmApiKey.secret, key: llmApiKey.key } } }]),
    ...(writes ? [{ name: 'HOME', value: '/tmp' }] : []),
  ];
  return new ApiObject(scope, 'Job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': label, 'app.kubernetes.io/instance': name } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: GRACE_SECONDS,
          securityContext: POD_SECURITY,
          ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map(secret => ({ name: secret })) }),
          ...(nodeSelector === undefined ? { affinity: AWAY_FROM_GPUS } : { nodeSelector }),
          containers: [{
            name: 'generator',
            image,
            command,
            ...(env.length > 0 && { env }),
            ...(port !== undefined && { ports: [{ name: 'fault', containerPort: port }] }),
            resources: { requests: resources, limits: resources },
            securityContext: CONTAINER_SECURITY,
            volumeMounts: mounts.map(([volume, mountPath, , readOnly]) => ({
              name: volume,
              mountPath,
              ...(readOnly && { readOnly }),
            })),
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

function claim(
  volume: string,
  mountPath: string,
  claimName: string | undefined,
  readOnly: boolean,
): [string, string, object, boolean][] {
  return claimName === undefined
    ? []
    : [[volume, mountPath, { persistentVolumeClaim: { claimName, ...(readOnly && { readOnly }) } }, readOnly]];
}
