import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, compareReleases, isFields, listOf, Path } from '../../kubernetes';
import { gpuResourcesIn, isSet } from '../nim/nim-rule';
import { Rule } from '../rule';

/** Labels of GPU Feature Discovery, which a GPUCluster does not run (gpu-feature-discovery README). */
const GFD_LABEL = /^nvidia\.com\/(?:gpu\.(?:product|memory|count|family|machine|replicas|compute\.(?:major|minor)|sharing-strategy|mode)|mig\.capable|mig\.strategy|mig-.*|cuda\..*)$/;

/** Rules about a GPUCluster, and about what holds no longer where there is one. */
export const GPU_CLUSTER_RULES: Rule[] = [
  {
    id: 'DRA-020',
    *check(model) {
      for (const document of model.ofKind('GPUCluster').filter(({ name }) => name !== 'gpu-cluster')) {
        yield { document, path: ['metadata', 'name'], message: `a GPUCluster is called gpu-cluster; the API server refuses "${document.name}"`, fix: 'write gpu-cluster' };
      }
    },
  },
  {
    id: 'DRA-021',
    *check(model) {
      const [policy] = model.policies;
      for (const document of policy === undefined ? [] : model.ofKind('GPUCluster')) {
        yield { document, path: ['kind'], message: `a GPUCluster beside ClusterPolicy ${policy.name}: the operator refuses to work with both`, fix: 'keep one of them' };
      }
      for (const values of model.ofKind('HelmValues').filter(deploysGpuCluster)) {
        if (at(values.value, 'values', 'clusterPolicy', 'deployCR') !== false) {
          yield { document: values, path: ['values', 'gpuCluster', 'deployCR'], message: 'gpuCluster.deployCR, and clusterPolicy.deployCR is not false: the chart fails', fix: 'write clusterPolicy: {deployCR: false}' };
        }
      }
    },
  },
  {
    id: 'DRA-022',
    *check(model) {
      for (const document of model.ofKind('HelmValues').filter(deploysGpuCluster)) {
        const driver = at(document.value, 'values', 'driver');
        if (at(driver, 'enabled') !== false && at(driver, 'nvidiaDriverCRD', 'enabled') !== true) {
          yield { document, path: ['values', 'gpuCluster', 'deployCR'], message: 'gpuCluster.deployCR with a driver of the operator, and without driver.nvidiaDriverCRD.enabled: the chart fails', fix: 'write driver.nvidiaDriverCRD.enabled: true, or driver.enabled: false' };
        }
      }
    },
  },
  {
    id: 'DRA-023',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      for (const document of release !== undefined && compareReleases(release, '1.34.2') < 0 ? model.ofKind('GPUCluster') : []) {
        yield { document, path: ['kind'], message: `a GPUCluster needs Kubernetes 1.34.2 or later, and the cluster has ${release}`, fix: 'upgrade, or use a ClusterPolicy' };
      }
    },
  },
  {
    id: 'DRA-024',
    *check(model) {
      for (const document of model.ofKind('GPUCluster').filter(({ spec }) => !isFields(spec.draDriver))) {
        yield { document, path: ['spec', 'draDriver'], message: 'spec.draDriver is missing', fix: 'write draDriver: {repository, image, version}' };
      }
    },
  },
  {
    id: 'DRA-025',
    *check(model) {
      for (const { document, path, value } of hasGpuCluster(model) ? model.labelValues('nvidia.com/mig.config') : []) {
        yield { document, path, message: `nvidia.com/mig.config=${value} has no effect: under a GPUCluster there is no MIG Manager`, fix: 'cut the GPUs on the host, or use DynamicMIG of the DRA driver' };
      }
    },
  },
  {
    id: 'DRA-026',
    *check(model) {
      for (const { document, path, nodeSelector } of hasGpuCluster(model) ? model.workloads : []) {
        const selected = Object.keys(nodeSelector).map((key): [Path, string] => [[...path, 'nodeSelector', key], key]);
        for (const [place, key] of [...selected, ...neededLabels(document, path)].filter(([, each]) => GFD_LABEL.test(each))) {
          yield {
            document,
            path: place,
            message: `no node has ${key}: GPU Feature Discovery runs under a ClusterPolicy only`,
            fix: 'select the device by CEL in its claim, such as productName',
          };
        }
      }
    },
  },
  {
    id: 'DRA-027',
    *check(model) {
      if (!hasGpuCluster(model)) { return; }
      const offered = new Set(model.ofKind('DeviceClass').map(({ spec }) => spec.extendedResourceName).filter(isSet));
      for (const { document, containers } of model.workloads) {
        for (const { path, limits } of containers) {
          for (const name of gpuResourcesIn(limits).filter(each => !offered.has(each))) {
            yield {
              document,
              path: [...path, 'resources', 'limits', name],
              message: `no DeviceClass offers ${name}: under a GPUCluster there is no device plugin`,
              fix: 'claim a device, ask for deviceclass.resource.kubernetes.io/gpu.nvidia.com, or define a DeviceClass with that extendedResourceName',
            };
          }
        }
      }
    },
  },
  {
    id: 'DRA-028',
    *check(model) {
      for (const document of model.ofKind('HelmValues').filter(({ name }) => name === 'dra-driver')) {
        if (at(document.value, 'values', 'resources', 'gpus', 'enabled') === true && at(document.value, 'values', 'gpuResourcesEnabledOverride') !== true) {
          yield { document, path: ['values', 'resources', 'gpus', 'enabled'], message: 'resources.gpus.enabled without gpuResourcesEnabledOverride: the chart fails', fix: 'write gpuResourcesEnabledOverride: true' };
        }
      }
    },
  },
];

/** Labels that a node must have by the required node affinity of a pod. */
function neededLabels(document: ManifestDocument, pod: Path): [Path, string][] {
  const terms: Path = [...pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  return listOf(at(document.value, ...terms)).flatMap((term, index) => listOf(at(term, 'matchExpressions')).flatMap((expression, number): [Path, string][] => (
    ['In', 'Exists', 'Gt', 'Lt'].includes(String(at(expression, 'operator'))) ? [[[...terms, index, 'matchExpressions', number], String(at(expression, 'key'))]] : [])));
}

function hasGpuCluster(model: ClusterModel): boolean {
  return model.ofKind('GPUCluster').length > 0;
}

function deploysGpuCluster({ value }: ManifestDocument): boolean {
  return at(value, 'values', 'gpuCluster', 'deployCR') === true;
}
