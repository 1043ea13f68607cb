import { asked } from './pod-resources';
import { isServing } from './serving-images';
import { ClusterModel, GpuContainer, sharingOf, Workload } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { at, isTemplated, listOf, Path, textOf } from '../../kubernetes';
import { isSlipOf, nearestName, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** What people write for nvidia.com/gpu, in whatever case. */
const MEANT_FOR_GPU = /^(?:gpus?|nvidia[/._-]gpus?|nvidia\.com[._-]gpus?|nvidia\.com\/gpus|nvidia\.com\/gpu[_-]?count|alpha\.kubernetes\.io\/nvidia-gpu)$/i;

/** The names of MIG resources of all boards: `nvidia.com/mig-1g.10gb.me`. */
let migResources: ReadonlySet<string> | undefined;

function knownMigResources(): ReadonlySet<string> {
  migResources ??= new Set(Gpu.all().flatMap(gpu => gpu.profiles).flatMap(({ name }) => {
    const profile = MigProfileName.find(name);
    return profile === undefined || profile.isComputeInstance ? [] : [profile.resourceName];
  }));
  return migResources;
}

/**
 * The name that a resource should have, where nothing hands out the one that is written; undefined where it may be
 * right.
 */
function faultOfResource(
  name: string,
  handedOut: ReadonlySet<string>,
): { message: string; meant?: string } | undefined {
  if (handedOut.has(name)) { return undefined; }
  if (MEANT_FOR_GPU.test(name) || (name !== 'nvidia.com/gpu' && name.toLowerCase() === 'nvidia.com/gpu')) {
    return { message: `nothing hands out ${name}`, meant: 'nvidia.com/gpu' };
  }
  const [, domain, device] = /^([\w.-]+)\/(gpu|mig-\d.*)$/.exec(name) ?? [];
  if (domain !== undefined && (/^nvidia\.(?:io|org|net)$/.test(domain) || isSlipOf(domain, 'nvidia.com'))) {
    return { message: `nothing hands out ${name}`, meant: `nvidia.com/${device}` };
  }
  if (!/^nvidia\.com\/mig[-.:]/.test(name)) {
    const [profile] = /\d{1,2}g\.\d{1,3}gb/i.exec(name) ?? [''];
    const meant = `nvidia.com/mig-${profile.toLowerCase()}`;
    const isMeant = name.startsWith('nvidia.com/') && knownMigResources().has(meant);
    return isMeant ? { message: `nothing hands out ${name}`, meant } : undefined;
  }
  if (name.includes('+')) { return undefined; } // of a "+", POD-004 tells
  const plain = name.replace(/\.shared$/, '');
  if (knownMigResources().has(plain)) { return undefined; }
  const profile = MigProfileName.find(plain.slice('nvidia.com/mig-'.length).replace(/^(\d+g\.\d+gb)\./, '$1+'));
  if (profile === undefined) {
    return { message: `${name} is no name of a MIG resource`, meant: nearestName(plain, [...knownMigResources()]) };
  }
  return { message: `no board that is known has a profile for ${name}`, meant: nearestProfile(profile) };
}

/** The resource of as many slices whose memory is nearest. */
function nearestProfile({ gpuInstanceSlices, memoryGb }: MigProfileName): string | undefined {
  const alike = [...knownMigResources()].flatMap(resource => {
    const found = new RegExp(`^nvidia\\.com/mig-${gpuInstanceSlices}g\\.(\\d+)gb$`).exec(resource);
    return found === null ? [] : [{ resource, apart: Math.abs(Number(found[1]) - memoryGb) }];
  });
  return alike.sort((a, b) => a.apart - b.apart)[0]?.resource;
}

/** Names that device-plugin configs and DeviceClasses make. */
function handedOutBy(model: ClusterModel): Set<string> {
  return new Set([
    ...model.devicePluginFiles.flatMap(({ file }) =>
      sharingOf(file.value, model.gpuOperator)?.resources.map(({ advertised }) => advertised) ?? []),
    ...model.ofKind('DeviceClass').map(({ spec }) => textOf(spec.extendedResourceName) ?? ''),
    ...model.ofKind('Node')
      .flatMap(({ value }) => Object.keys(at(value, 'status', 'allocatable') as object | undefined ?? {})),
  ]);
}

function placeOf({ path, limits }: GpuContainer, name: string): Path {
  return [...path, 'resources', Object.hasOwn(limits, name) ? 'limits' : 'requests', name];
}

/** What watches the GPUs of a node, and is to see all of them. */
const MAY_SEE_ALL = /exporter|dcgm|nvtop|nvitop|nvidia-smi|monitor/i;

/** What makes a container see GPUs that it did not ask for; undefined when nothing shows it. */
function unaskedUse(workload: Workload, container: GpuContainer): { path: Path; message: string } | undefined {
  const pod = at(workload.document.value, ...workload.path);
  const visible = container.env.NVIDIA_VISIBLE_DEVICES;
  if (visible !== undefined
    && !['', 'none', 'void'].includes(visible)
    && !isTemplated(visible)
    && !MAY_SEE_ALL.test(`${container.name} ${container.image ?? ''}`)) {
    return {
      path: [...container.path, 'env'],
      message: `NVIDIA_VISIBLE_DEVICES=${shown(visible)} shows it GPUs of the node`,
    };
  }
  if (!isServing(container)) { return undefined; }
  if (textOf(at(pod, 'runtimeClassName')) === 'nvidia') {
    return {
      path: [...workload.path, 'runtimeClassName'],
      message: 'runtimeClassName nvidia and its image show it all GPUs of the node',
    };
  }
  return Object.keys(workload.nodeSelector).some(key => key.startsWith('nvidia.com/gpu.'))
    ? { path: [...container.path, 'resources'], message: 'it serves a model on nodes with GPUs' } : undefined;
}

/** Programs that read counters of all GPUs of a node, or its labels. */
const WATCHER = /(?:^|\/)(?:dcgm-exporter|nvidia_gpu_exporter|gpu-feature-discovery|k8s-device-plugin)(?:[:@]|$)|(?:^|\/)cloud-native\/dcgm(?:[:@]|$)/;

/** The image of DCGM also has a program that makes load (NVIDIA/DCGM@28bfbd4c dcgmproftester/Arguments.cpp, generateload). */
const LOAD_GENERATOR = /\bdcgmproftester\d*\b/;

function onlyWatches({ image = '', args }: GpuContainer): boolean {
  return WATCHER.test(image) && !args.some(each => LOAD_GENERATOR.test(each));
}

/** Rules about using GPUs: by a name that exists, and by asking for them. */
export const GPU_USE_RULES: Rule[] = [
  defineRule({
    id: 'POD-011',
    name: 'unknown-gpu-resource',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the name of a GPU resource is one that something hands out: nvidia.com/gpu, nvidia.com/mig-<profile '
      + 'of a board>, each also with .shared',
    why: 'the pod stays Pending, or the API server refuses the name; of a name that is nearly '
      + 'right the pod gets no GPU',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/rm.go#L110-L150; NVIDIA/k8s-device-plugin@1b826acc '
      + 'api/config/v1/resources.go#L95-L98; the profiles of docs/boards.md',
    check: ofPods(function* (model) {
      const handedOut = handedOutBy(model);
      for (const { document, containers } of model.distinctWorkloads) {
        for (const container of containers) {
          for (const name of Object.keys({ ...container.requests, ...container.limits })) {
            const fault = faultOfResource(name, handedOut);
            if (fault === undefined) { continue; }
            yield {
              document,
              path: placeOf(container, name),
              message: `container ${container.name}: `
                + `${fault.message}${fault.meant === undefined ? '' : `; there is ${fault.meant}`}`,
              fix: fault.meant === undefined
                ? 'ask for nvidia.com/gpu, or for a profile of the board'
                : `ask for ${fault.meant}`,
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-020',
    name: 'gpu-without-request',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a container that uses GPUs asks for them as a resource or by a claim',
    why: 'the scheduler does not know of it: it runs on a node without GPUs, or takes the memory of GPUs that other '
      + 'pods were given. The image of an engine sets NVIDIA_VISIBLE_DEVICES=all, so that under the runtime class '
      + 'nvidia it sees every GPU of the node. DaemonSets, which watch GPUs, are left out',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc README.md (NVIDIA_VISIBLE_DEVICES of images); NVIDIA documentation, '
      + 'container toolkit, NVIDIA_VISIBLE_DEVICES',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads.filter(({ document }) =>
        document.kind !== 'DaemonSet' && !document.kind.startsWith('NIM'))) {
        const { document, path, containers } = workload;
        const asks = containers.some(container =>
          asked(container).length > 0
            || Object.keys({ ...container.limits, ...container.requests }).some(name => /gpu/i.test(name)));
        if (asks || listOf(at(document.value, ...path, 'resourceClaims')).length > 0) { continue; }
        for (const container of containers) {
          const use = unaskedUse(workload, container);
          if (use === undefined) { continue; }
          yield {
            document,
            path: use.path,
            message: `container ${container.name} asks for no GPU, and ${use.message}`,
            fix: 'ask for one under resources.limits, such as nvidia.com/gpu: 1',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-030',
    name: 'all-gpus-beside-slice',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a container that asks for a MIG device does not set NVIDIA_VISIBLE_DEVICES to all, or to GPUs by number',
    why: 'the variable of the manifest comes behind that of the device plugin and wins: by the runtime class nvidia, '
      + 'and where devices come by the variable, the container sees all GPUs and MIG devices of the node, those of '
      + 'other pods too, and CUDA takes the first',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/kubelet/kubelet_pods.go GenerateRunContainerOptions (the manifest\'s '
      + 'variables are appended to those of devices); NVIDIA/k8s-device-plugin@1b826acc README.md '
      + '(NVIDIA_VISIBLE_DEVICES)',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads.filter(each => each.document.kind !== 'DaemonSet')) {
        for (const container of containers) {
          const visible = container.env.NVIDIA_VISIBLE_DEVICES ?? '';
          const slice = asked(container).find(([name]) => name.startsWith('nvidia.com/mig-'));
          if (slice === undefined || !/^(?:all|\d+(?:,\d+)*)$/.test(visible)) { continue; }
          yield {
            document,
            path: [...container.path, 'env'],
            message: `container ${container.name} asks for ${slice[0]}, and NVIDIA_VISIBLE_DEVICES=${shown(visible)} `
              + 'shows it GPUs of other pods',
            fix: 'leave the variable out: the device plugin sets it',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-029',
    name: 'watcher-takes-gpu',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a container that only watches GPUs asks for none',
    why: 'the GPU that it asks for is taken from the pods that compute, on every node, and of the others of the node '
      + 'it says nothing. It sees all GPUs by the runtime class nvidia, or privileged with NVIDIA_VISIBLE_DEVICES=all, '
      + 'as the charts of the operator and of dcgm-exporter have it',
    evidence: 'NVIDIA/dcgm-exporter#127; NVIDIA/k8s-device-plugin#605',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads) {
        for (const container of containers.filter(onlyWatches)) {
          const [taken] = asked(container);
          if (taken === undefined) { continue; }
          yield {
            document,
            path: placeOf(container, taken[0]),
            message: `container ${container.name} watches GPUs and takes ${shown(taken[1])} of ${taken[0]} for itself`,
            fix: 'leave the resource out, and write runtimeClassName: nvidia',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-022',
    name: 'claim-without-name',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'entries of resources.claims are objects with a name',
    why: 'the API server refuses the pod: a string cannot be read into a ResourceClaim entry',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/core/v1/types.go ResourceClaim',
    check: ofPods(function* (model) {
      for (const {
        document,
        containers,
      } of model.distinctWorkloads.filter(each => !each.document.kind.startsWith('NIM'))) {
        for (const container of containers) {
          const path = [...container.path, 'resources', 'claims'];
          for (const [index, claim] of listOf(at(document.value, ...path)).entries()) {
            if (typeof claim !== 'string' || isTemplated(claim)) { continue; }
            yield {
              document,
              path: [...path, index],
              message: `container ${container.name}: resources.claims has the text ${shown(claim)}, `
                + 'and the API takes objects',
              fix: `write {name: ${shown(claim)}}`,
            };
          }
        }
      }
    }),
  }),
];
