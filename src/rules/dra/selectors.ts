import { ClusterModel, SelectorExpression } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { DRA_DRIVER, Milestone, stateOf } from '../../releases';
import { nearestName } from '../../text';
import { Check, defineRule, Rule } from '../rule';
import { asksForMig, celFault, DeviceReference, deviceReferences, isPlainlyNoBoolean } from '../values/cel-expression';

/** The domain of the attributes and capacities of the NVIDIA DRA driver. */
const DOMAIN = 'gpu.nvidia.com';

/** Attributes of Kubernetes' own domain that the driver publishes where it can. */
const STANDARD_ATTRIBUTES = ['pciBusID', 'pcieRoot', 'numaNode'];

const { milestones: DRIVER } = DRA_DRIVER;

/** What only some drivers publish under their own domain; the rest of PUBLISHED is there from the first to the newest. */
const BY_RELEASE: Readonly<Record<string, Milestone>> = {
  index: DRIVER.indexAttributes,
  minor: DRIVER.indexAttributes,
  parentIndex: DRIVER.indexAttributes,
  pcieBusID: DRIVER.pcieBusId,
  numa: DRIVER.numaOfFunctions,
  addressingMode: DRIVER.addressingMode,
  deviceID: DRIVER.wholeFunctions,
  vendorID: DRIVER.wholeFunctions,
  addressableMemory: DRIVER.wholeFunctions,
  iommuFDEnabled: DRIVER.iommuFd,
  gpuModuleID: DRIVER.fabricPartitions,
  shares: DRIVER.consumableShares,
};

/** The same under the domain of Kubernetes. */
const STANDARD_BY_RELEASE: Readonly<Record<string, Milestone>> = {
  pciBusID: DRIVER.plainPciBusId,
  numaNode: DRIVER.numaNode,
};

/** What a name goes by in the releases, where it is not in all of them. */
function milestoneOf(domain: string, name: string): Milestone | undefined {
  if (/^partition\d+$/.test(name)) { return DRIVER.fabricPartitions; }
  const table = domain === DOMAIN ? BY_RELEASE : STANDARD_BY_RELEASE;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const VERSION_ATTRIBUTES = ['cudaComputeCapability', 'driverVersion', 'cudaDriverVersion'];

/**
 * What the driver publishes under its own domain, of GPUs, MIG devices and whole functions alike
 * (docs/facts/dra.md "What the driver publishes"; cmd/gpu-kubelet-plugin/deviceinfo.go).
 */
const PUBLISHED = {
  attributes: [
    'type', 'uuid', 'productName', 'brand', 'architecture', ...VERSION_ATTRIBUTES, 'addressingMode', 'profile',
    'parentUUID', 'gpuModuleId', 'gpuModuleID',
    'deviceID', 'vendorID', 'iommuFDEnabled',
  ],
  capacity: [
    'memory', 'multiprocessors', 'copyEngines', 'decoders', 'encoders', 'jpegEngines', 'ofaEngines',
    'addressableMemory', 'shares',
  ],
};

interface Said { readonly message: string; readonly fix: string }

/** Rules about CEL expressions that select GPUs. */
export const SELECTOR_RULES: Rule[] = [
  defineRule({
    id: 'DRA-060',
    name: 'removed-attribute',
    area: 'CEL',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'with a driver of a release that still has the attribute it works: give --dra-driver where no '
      + 'manifest shows the release',
    sentence: 'do not use attributes index, minor, parentIndex (gone from driver 25.8), pcieBusID (gone from 25.12) '
      + 'or numa (gone from 0.5)',
    why: 'unknown attribute is a CEL runtime error that aborts allocation',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.3.0 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.8.0 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.12.0 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@v0.4.1 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go CELDeviceSelector',
    check: ofDeviceReferences(({ map, domain, name, guarded }, model) => {
      const had = map === 'attributes' && domain === DOMAIN ? milestoneOf(domain, name) : undefined;
      const release = model.declaredRelease('dra-driver');
      if (guarded || had?.ends === undefined || stateOf({ ends: had.ends }, release) !== false) { return undefined; }
      return {
        message: `attribute ${name} is gone since driver ${tagged(had.ends)}; reading it ends the allocation`,
        fix: Object.hasOwn(SUCCESSORS, name)
          ? `read device.attributes['resource.kubernetes.io'].${SUCCESSORS[name]}, guarded by has()`
          : 'select by uuid or productName',
      };
    }),
  }),
  defineRule({
    id: 'DRA-061',
    name: 'profile-attribute-value',
    area: 'CEL',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'profile strings must exist for the GPU',
    why: 'an unknown profile is false for every device: Pending forever without an error',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go CommonAttributesMig; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/nvlib.go#L599 (no compute instance that is smaller than its GPU instance)',
    check: ofDeviceReferences(({ domain, name, texts }) => {
      const profile = domain === DOMAIN && name === 'profile'
        ? texts.find(each => !allProfiles().has(each))
        : undefined;
      return profile === undefined
        ? undefined
        : {
          message: `no known GPU has the profile ${profile}: where none has it, the claim waits for ever, without an error`,
          fix: nearProfile(profile),
        };
    }),
  }),
  defineRule({
    id: 'DRA-062',
    name: 'unguarded-attribute',
    area: 'CEL',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'guard optional attributes: addressingMode, resource.kubernetes.io/pciBusID, pcieRoot, numaNode, and '
      + 'profile/parentUUID outside the mig class',
    why: 'reference to an unknown field aborts allocation; class selectors run first and shield the request\'s',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes/dynamic-resource-allocation@v0.37.2 structured/internal/incubating/allocator_incubating.go '
      + 'isSelectable, selectorsMatch',
    *check(model) {
      for (const selector of model.selectorExpressions) {
        for (const { domain, name, guarded } of deviceReferences(selector.expression)) {
          const optional = (domain === DOMAIN && name === 'addressingMode')
            || (domain === 'resource.kubernetes.io' && STANDARD_ATTRIBUTES.includes(name))
            || (domain === DOMAIN
              && (name === 'profile' || name === 'parentUUID')
              && selector.deviceClass === 'gpu.nvidia.com');
          if (optional && !guarded) {
            yield {
              document: selector.document,
              path: selector.path,
              message: `${name} is not there on every device, and reading it where it is not ends the allocation`,
              fix: name === 'profile' || name === 'parentUUID'
                ? 'claim from mig.nvidia.com'
                : `write has(device.attributes['${domain}'].${name}) && before it`,
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-063',
    name: 'product-name-attribute',
    area: 'CEL',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'productName holds the NVML name with spaces, not the dashed node label',
    why: 'NVIDIA-H100-80GB-HBM3 never matches',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/nvlib.go#L499 device.GetName()',
    check: ofDeviceReferences(({ domain, name, texts, use }) => {
      const given = domain === DOMAIN && name === 'productName'
        ? [...texts, /^\.(?:contains|startsWith)\(\s*["']([^"']*)["']/.exec(use)?.[1] ?? '']
        : [];
      const label = given.find(each => /^(?:NVIDIA|Tesla)-\S*$/.test(each));
      return label === undefined ? undefined : {
        message: `productName is never "${label}": it has spaces, unlike the node label`, fix: "write the name as nvidia-smi -L prints it, such as 'NVIDIA H100 80GB HBM3'",
      };
    }),
  }),
  defineRule({
    id: 'DRA-064',
    name: 'memory-comparison',
    area: 'CEL',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'compare MIG memory with the published MiB, not with the number in the profile name',
    why: 'A100 40GB 1g.5gb publishes 4864Mi',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go CommonCapacitiesMig',
    *check(model) {
      for (const selector of model.selectorExpressions) {
        const ofMig = selector.deviceClass === 'mig.nvidia.com' || asksForMig(selector.expression);
        for (const { map, name, use } of ofMig ? deviceReferences(selector.expression) : []) {
          const size = map === 'capacity' && name === 'memory'
            // who writes > may well mean the next size, and decimal G are fewer bytes than the name says
            ? /^\.compareTo\(\s*quantity\(\s*["'](\d+)Gi["']\s*\)\s*\)\s*>=/.exec(use)?.[1] : undefined;
          const known = size === undefined ? undefined : memoryByName().get(Number(size));
          if (known !== undefined) {
            yield {
              document: selector.document,
              path: selector.path,
              message: `a slice that is called ${size}gb has less than ${size} GiB, ${inMib(known)}, so it is not selected`,
              fix: 'compare with the published MiB (cdk8s-gpu gpus lists them), or select by profile',
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-065',
    name: 'quantity-comparison',
    area: 'CEL',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'capacity values are quantities and version attributes semver: use compareTo(quantity(\'..\')) and '
      + 'compareTo(semver(\'..\'))',
    why: 'a plain comparison of a capacity does not compile, and one of a version ends the allocation; with != it is '
      + 'true of every device',
    evidence: 'kubernetes/dynamic-resource-allocation@v0.37.2 cel/compile.go (value types), run on it',
    check: ofDeviceReferences(({ map, domain, name, isComparedPlainly }) => {
      const isVersion = domain === DOMAIN && VERSION_ATTRIBUTES.includes(name);
      if (!isComparedPlainly || (map === 'attributes' && !isVersion)) { return undefined; }
      const call = map === 'capacity' ? "compareTo(quantity('…'))" : "compareTo(semver('…'))";
      return {
        message: `${name} is a ${map === 'capacity' ? 'quantity' : 'version'} and cannot be compared `
          + 'with a number or a string',
        fix: `write ${name}.${call} >= 0`,
      };
    }),
  }),
  defineRule({
    id: 'DRA-066',
    name: 'expression-compiles',
    area: 'CEL',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'words, brackets, operators and variables are checked and types are not, so what is told is never a '
      + 'question of types',
    sentence: 'an expression must compile (words, brackets, operators and variables are checked, types are not), '
      + 'evaluates one device and must yield a boolean',
    why: 'any other result aborts allocation',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go CELDeviceSelector',
    *check(model) {
      for (const { document, path, expression } of ofClaims(model)) {
        const fault = celFault(expression);
        if (fault !== undefined) {
          yield { document, path, message: `the expression cannot compile: ${fault}`, fix: LIKE };
        } else if (isPlainlyNoBoolean(expression)) {
          yield { document, path, message: 'the expression is no boolean', fix: LIKE };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-067',
    name: 'unknown-attribute',
    area: 'CEL',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'attributes and capacities are those that the driver publishes, in the domain gpu.nvidia.com, or '
      + 'resource.kubernetes.io for pciBusID, pcieRoot, numaNode',
    why: 'an unknown domain is an empty map, and reading a field that is not there is a CEL error, which ends the '
      + 'allocation',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes/kubernetes, k8s.io/dynamic-resource-allocation, cel',
    check: ofDeviceReferences(({ map, domain, name, guarded }, model) => {
      const [ofDomain, inDomain] = domain.split('/');
      if (inDomain !== undefined && isOfGpus(ofDomain)) {
        return {
          message: `device.${map} is a map of domains, and "${domain}" is none`,
          fix: `write device.${map}['${ofDomain}'].${inDomain}`,
        };
      }
      if (guarded || name === '' || !isOfGpus(domain)) { return undefined; }
      const release = model.declaredRelease('dra-driver');
      if (isPublished(map, domain, name)) {
        const begins = milestoneOf(domain, name)?.begins;
        return begins === undefined || release === undefined || stateOf({ begins }, release) !== false ? undefined : {
          message: `${domain}/${name} is published from driver ${tagged(begins)} on, and reading it with `
            + `${tagged(release)} ends the allocation`,
          fix: `upgrade the driver, or write has(device.${map}['${domain}'].${name}) && before it`,
        };
      }
      if (domain === DOMAIN && release !== undefined && DRA_DRIVER.isAfterTable(release)) { return undefined; }
      const near = nearestName(name, domain === DOMAIN ? PUBLISHED[map] : []);
      return {
        message: `the driver publishes no ${domain}/${name}; reading it ends the allocation`,
        fix: STANDARD_ATTRIBUTES.includes(name)
          ? 'use the domain resource.kubernetes.io'
          : domain !== DOMAIN
            ? `use the domain ${DOMAIN}`
            : near === undefined ? `there are ${PUBLISHED[map].join(', ')}` : `write ${near}`,
      };
    }),
  }),
];

/** What an expression looks like that works. */
const LIKE = "write a comparison, such as device.attributes['gpu.nvidia.com'].profile == '3g.40gb'";

/** What the domain of Kubernetes has instead. */
const SUCCESSORS: Readonly<Record<string, string>> = { pcieBusID: 'pciBusID', numa: 'numaNode' };

/** A release by both of its names, where it has two. */
function tagged(release: string): string {
  const tag = DRA_DRIVER.asTagged(release);
  return tag === release ? release : `${tag} (${release})`;
}

/**
 * The driver's own domain, that of Kubernetes, and what is taken for them; compute domains have a domain and attributes
 * of their own.
 */
function isOfGpus(domain: string): boolean {
  return domain === 'resource.kubernetes.io' || (/nvidia/.test(domain) && domain !== 'compute-domain.nvidia.com');
}

function isPublished(map: 'attributes' | 'capacity', domain: string, name: string): boolean {
  if (domain === 'resource.kubernetes.io') { return STANDARD_ATTRIBUTES.includes(name); }
  return domain === DOMAIN
    && (PUBLISHED[map].includes(name) || /^(?:memorySlice|partition)\d+$/.test(name) || isGone(map, domain, name));
}

/** Whether earlier drivers published it; DRA-060 tells. */
function isGone(map: 'attributes' | 'capacity', domain: string, name: string): boolean {
  return map === 'attributes' && milestoneOf(domain, name)?.ends !== undefined;
}

function ofDeviceReferences(check: (reference: DeviceReference, model: ClusterModel) => Said | undefined): Check {
  return function* (model) {
    for (const { document, path, expression } of model.selectorExpressions) {
      const told = new Set<string>(); // an expression may read an attribute many times
      for (const reference of deviceReferences(expression)) {
        const said = check(reference, model);
        if (said === undefined || told.has(said.message)) { continue; }
        told.add(said.message);
        yield { document, path, ...said };
      }
    }
  };
}

/** Those of NIMServices have a rule of their own (NIM-126). */
function ofClaims(model: ClusterModel): SelectorExpression[] {
  return model.selectorExpressions.filter(({ document }) => !document.kind.startsWith('NIM'));
}

let profiles: Set<string> | undefined;

function allProfiles(): Set<string> {
  profiles ??= new Set(Gpu.all().flatMap(gpu => gpu.profiles.map(({ name }) => name)));
  return profiles;
}

let memories: Map<number, number[]> | undefined;

/** The known MiB of slices by the number in their names. */
function memoryByName(): ReadonlyMap<number, readonly number[]> {
  if (memories === undefined) {
    memories = new Map();
    for (const { name, memoryMib } of Gpu.all().flatMap(gpu => gpu.profiles)) {
      const size = MigProfileName.find(name)?.memoryGb;
      if (size === undefined || memoryMib === undefined) { continue; }
      memories.set(size, [...memories.get(size) ?? [], memoryMib]);
    }
  }
  return memories;
}

function inMib(known: readonly number[]): string {
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? `${least} MiB` : `${least} to ${most} MiB`;
}

function nearProfile(profile: string): string {
  const slices = /^(\d+)g/.exec(profile)?.[1];
  const near = [...allProfiles()].filter(name => name.startsWith(`${slices}g.`) && !/[+-]/.test(name)).sort();
  return near.length === 0 ? 'cdk8s-gpu gpus lists the profiles of every board' : `there are ${near.join(', ')}`;
}
