import { ClusterModel, SelectorExpression } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { celFault, DeviceReference, deviceReferences, isPlainlyNoBoolean } from '../cel-expression';
import { Rule } from '../rule';

/** The domain of the attributes and capacities of the NVIDIA DRA driver. */
const DOMAIN = 'gpu.nvidia.com';

/** Attributes of Kubernetes' own domain that the driver publishes where it can. */
const STANDARD_ATTRIBUTES = ['pciBusID', 'pcieRoot', 'numaNode'];

/** Attributes that earlier drivers had (25.3 to 25.8). */
const GONE: Record<string, string> = { index: '25.8', minor: '25.8', parentIndex: '25.8', pcieBusID: '25.12' };

const VERSION_ATTRIBUTES = ['cudaComputeCapability', 'driverVersion', 'cudaDriverVersion'];

interface Said { readonly message: string; readonly fix: string }

/** Rules about CEL expressions that select GPUs. */
export const SELECTOR_RULES: Rule[] = [
  referenceRule('DRA-060', ({ map, domain, name }) => (map === 'attributes' && domain === DOMAIN && name in GONE ? {
    message: `attribute ${name} is gone since driver ${GONE[name]}; reading it ends the allocation`,
    fix: name === 'pcieBusID' ? "read device.attributes['resource.kubernetes.io'].pciBusID, guarded by has()" : 'select by uuid or productName',
  } : undefined)),
  referenceRule('DRA-061', ({ domain, name, use }) => {
    const profile = domain === DOMAIN && name === 'profile' ? /^==\s*["']([^"']*)["']/.exec(use)?.[1] : undefined;
    if (profile === undefined || allProfiles().has(profile)) { return undefined; }
    return { message: `no GPU has the profile ${profile}: the claim would wait for ever, without an error`, fix: nearProfile(profile) };
  }),
  {
    id: 'DRA-062',
    *check(model) {
      for (const selector of model.selectorExpressions) {
        for (const { domain, name, guarded } of deviceReferences(selector.expression)) {
          const optional = (domain === DOMAIN && name === 'addressingMode') || (domain === 'resource.kubernetes.io' && STANDARD_ATTRIBUTES.includes(name))
            || (domain === DOMAIN && (name === 'profile' || name === 'parentUUID') && selector.deviceClass === 'gpu.nvidia.com');
          if (optional && !guarded) {
            yield {
              document: selector.document,
              path: selector.path,
              message: `${name} is not there on every device, and reading it where it is not ends the allocation`,
              fix: name === 'profile' || name === 'parentUUID' ? 'claim from mig.nvidia.com' : `write has(device.attributes['${domain}'].${name}) && before it`,
            };
          }
        }
      }
    },
  },
  referenceRule('DRA-063', ({ domain, name, use }) => {
    const product = domain === DOMAIN && name === 'productName' ? /^==\s*["'](NVIDIA-[^"' ]*)["']/.exec(use)?.[1] : undefined;
    return product === undefined ? undefined : { message: `productName is never "${product}": it has spaces, unlike the node label`, fix: `write '${product.replace(/-(?=\d|[A-Z])/g, ' ')}', as nvidia-smi -L prints it` };
  }),
  {
    id: 'DRA-064',
    *check(model) {
      for (const selector of model.selectorExpressions) {
        const ofMig = selector.deviceClass === 'mig.nvidia.com' || /\.type\s*==\s*["']mig["']/.test(selector.expression);
        for (const { map, name, use } of ofMig ? deviceReferences(selector.expression) : []) {
          const size = map === 'capacity' && name === 'memory' ? /^\.compareTo\(\s*quantity\(\s*["'](\d+)Gi?["']\s*\)\s*\)\s*>=?/.exec(use)?.[1] : undefined;
          if (size !== undefined && namedSizes().has(Number(size))) {
            yield {
              document: selector.document,
              path: selector.path,
              message: `a slice that is called ${size}gb has less than ${size} GiB, so it is not selected`,
              fix: 'compare with the published MiB (cdk8s-gpu gpus lists them), or select by profile',
            };
          }
        }
      }
    },
  },
  referenceRule('DRA-065', ({ map, name, use }) => {
    const compared = /^(?:==|!=|[<>]=?)\s*(?:["'][^"']*["']|\d)/.test(use);
    if (!compared || (map === 'attributes' && !VERSION_ATTRIBUTES.includes(name))) { return undefined; }
    const call = map === 'capacity' ? "compareTo(quantity('…'))" : "compareTo(semver('…'))";
    return { message: `${name} is a ${map === 'capacity' ? 'quantity' : 'version'} and cannot be compared with a number or a string`, fix: `write ${name}.${call} >= 0` };
  }),
  {
    id: 'DRA-066',
    *check(model) {
      for (const { document, path, expression } of ofClaims(model)) {
        const fault = celFault(expression);
        if (fault !== undefined) {
          yield { document, path, message: `the expression cannot compile: ${fault}`, fix: 'mend it' };
        } else if (isPlainlyNoBoolean(expression)) {
          yield { document, path, message: 'the expression is no boolean', fix: 'compare it with something' };
        }
      }
    },
  },
  referenceRule('DRA-067', ({ domain, name }) => {
    if (domain === DOMAIN || (domain === 'resource.kubernetes.io' && STANDARD_ATTRIBUTES.includes(name))) { return undefined; }
    return domain === 'resource.kubernetes.io' || /nvidia/.test(domain)
      ? { message: `the driver publishes no ${domain}/${name}; reading it ends the allocation`, fix: `use the domain ${STANDARD_ATTRIBUTES.includes(name) ? 'resource.kubernetes.io' : DOMAIN}` } : undefined;
  }),
];

function referenceRule(id: string, check: (reference: DeviceReference) => Said | undefined): Rule {
  return {
    id,
    *check(model) {
      for (const { document, path, expression } of model.selectorExpressions) {
        for (const reference of deviceReferences(expression)) {
          const said = check(reference);
          if (said !== undefined) { yield { document, path, ...said }; }
        }
      }
    },
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

let sizes: Set<number> | undefined;

function namedSizes(): Set<number> {
  sizes ??= new Set([...allProfiles()].flatMap(name => MigProfileName.find(name)?.memoryGb ?? []));
  return sizes;
}

function nearProfile(profile: string): string {
  const slices = /^(\d+)g/.exec(profile)?.[1];
  const near = [...allProfiles()].filter(name => name.startsWith(`${slices}g.`) && !/[+-]/.test(name)).sort();
  return near.length === 0 ? 'cdk8s-gpu gpus lists the profiles of every board' : `there are ${near.join(', ')}`;
}
