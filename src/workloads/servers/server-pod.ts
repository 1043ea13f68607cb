import { ServerEngine, ServerVolume } from './engines/server-engine';
import { ServerPodSettings } from './model-server-props';
import { probesOf } from './server-probes';
import { GpuSliceKind } from '../../hardware';
import { inOrderOfUse } from '../../kubernetes';
import { GpuSlice } from '../../pools';
import { checkQuantity, checkText, checkWhole, given } from '../../props';

type Fields = Record<string, unknown>;

/** Name of the only container. */
export const CONTAINER = 'server';

/** The user of NIMs (k8s-nim-operator) and of Triton's image; the images of vLLM and SGLang have no word in it. */
const USER = 1000;

/**
 * A home of its own, because the images of vLLM and SGLang are made for root; and the name of a user, which PyTorch
 * asks for and finds in no file for a number that the image does not know (kserve/kserve#5666, IBM/ado#1261).
 */
const HOME = '/home/server';
const HOME_VARIABLES = { HOME, USER: 'server' };
const HOME_VOLUME: ServerVolume = { name: 'home', mountPath: HOME, volume: { emptyDir: {} } };

/** The limit in vLLM's own example (vllm-project/vllm docs/deployment/k8s.md); memory is taken as it is used. */
const SHARED_MEMORY = '8Gi';

/** The pod spec of a server: passes the restricted profile of the Pod Security Standards. */
export function podSpecOf(place: string, props: ServerPodSettings, engine: ServerEngine, slice: GpuSlice): Fields {
  checkPod(place, props);
  const user = props.userId ?? USER;
  const volumes = [...engine.volumes, HOME_VOLUME, ...sharedMemory(place, props, engine, slice)];
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false, // a Service that is called vllm would set VLLM_PORT to an address (POD-018)
    ...given(
      props,
      'serviceAccountName',
      'priorityClassName',
      'runtimeClassName',
      'nodeSelector',
      'tolerations',
      'affinity',
    ),
    ...(props.pullSecrets !== undefined && { imagePullSecrets: props.pullSecrets.map(name => ({ name })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [{
      name: CONTAINER,
      image: engine.image,
      imagePullPolicy: 'IfNotPresent',
      ...(engine.command.length > 0 && { command: engine.command }),
      args: [...engine.args, ...ownArguments(place, engine, props.args ?? [])],
      env: environmentOf(place, props, engine),
      ports: portsOf(engine).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
      ...probesOf({ ...engine, timeoutSeconds: engine.probeTimeoutSeconds }),
      ...resourcesOf(props),
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      volumeMounts: volumes.map(({ name, mountPath, subPath, readOnly }) => ({
        name, mountPath, ...(subPath !== undefined && { subPath }), ...(readOnly !== undefined && { readOnly }),
      })),
    }],
    volumes: volumes.map(({ name, volume }) => ({ name, ...volume })),
  };
}

/** Names and numbers of the ports. */
export function portsOf({ ports }: ServerEngine): [string, number][] {
  return (['http', 'grpc', 'metrics'] as const).flatMap((name): [string, number][] =>
    (ports[name] === undefined ? [] : [[name, ports[name]]]));
}

function checkPod(place: string, props: ServerPodSettings): void {
  checkWhole(place, 'userId', props.userId, 0);
  if (props.userId === 0) {
    throw new Error(`${place}: userId 0 is root, which the pod is not to run as [SEC-002]; leave it out for ${USER}`);
  }
  checkQuantity(place, 'sharedMemory', props.sharedMemory);
  for (const key of ['cpu', 'memory', 'cpuLimit', 'memoryLimit'] as const) {
    checkQuantity(place, `hostResources.${key}`, props.hostResources?.[key]);
  }
  for (const key of ['priorityClassName', 'runtimeClassName', 'serviceAccountName'] as const) {
    checkText(place, key, props[key]);
  }
  props.pullSecrets?.forEach(name => checkText(place, 'a name in pullSecrets', name));
  if (props.labels?.app !== undefined) {
    throw new Error(`${place}: the label app is the one by which Deployment and Service find `
      + 'the pods; use another key');
  }
}

/**
 * NCCL and the workers of a model that is spread over GPUs talk there (POD-016). The daemon of MPS mounts its own
 * (MPS-006).
 */
function sharedMemory(
  place: string,
  { sharedMemory: asked }: ServerPodSettings,
  { devices }: ServerEngine,
  { kind }: GpuSlice,
): ServerVolume[] {
  if (kind === GpuSliceKind.MPS) {
    if (asked !== undefined) {
      throw new Error(`${place}: sharedMemory mounts a volume at /dev/shm, where the daemon of MPS has its own `
        + '[MPS-006]; leave it out on MPS shares');
    }
    return [];
  }
  if (asked === undefined && devices === 1) { return []; }
  return [{
    name: 'shm',
    mountPath: '/dev/shm',
    volume: { emptyDir: { medium: 'Memory', sizeLimit: asked ?? SHARED_MEMORY } },
  }];
}

/** @throws when one of them is written by the server already */
function ownArguments(place: string, { args }: ServerEngine, own: string[]): string[] {
  const flagOf = (word: string) => (word.startsWith('--') ? word.split('=')[0].replace(/_/g, '-') : undefined);
  const written = new Set(args.map(flagOf).filter(flag => flag !== undefined));
  const twice = own.map(flagOf).find(flag => flag !== undefined && written.has(flag));
  if (twice !== undefined) {
    throw new Error(`${place}: args has ${twice}, which is written from the props already; say it there`);
  }
  return own;
}

function environmentOf(place: string, props: ServerPodSettings, engine: ServerEngine): Fields[] {
  const secrets = { ...engine.secretEnv, ...props.secretEnv };
  const plain = { ...HOME_VARIABLES, ...engine.env, ...inOrderOfUse(props.env) };
  const twice = Object.keys(secrets).find(name => Object.hasOwn(plain, name));
  if (twice !== undefined) {
    throw new Error(`${place}: the variable ${twice} is given as a text and from a Secret; give it once`);
  }
  const wrong = [...Object.keys(plain), ...Object.keys(secrets)].find(name => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name));
  if (wrong !== undefined) {
    throw new Error(`${place}: "${wrong}" cannot be the name of a variable; use letters, digits and _, no digit first`);
  }
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { secret, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } })),
  ];
}

/** CPU and memory of the host; the slice comes when it is attached. */
function resourcesOf({ hostResources = {} }: ServerPodSettings): Fields {
  const requests = given(hostResources, 'cpu', 'memory');
  const limits = {
    ...(hostResources.cpuLimit !== undefined && { cpu: hostResources.cpuLimit }),
    ...(hostResources.memoryLimit !== undefined && { memory: hostResources.memoryLimit }),
  };
  const maps = Object.fromEntries(Object.entries({ requests, limits })
    .filter(([, map]) => Object.keys(map).length > 0));
  return Object.keys(maps).length === 0 ? {} : { resources: maps };
}
