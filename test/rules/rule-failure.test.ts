import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';
import * as allRules from '../../src/rules/all-rules';

const POD = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n`;

function modelOf(text: string): ClusterModel {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return model;
}

test('a rule that fails is one finding at the object it fails on, and the others go on', () => {
  const rule = allRules.CHECKED_RULES.find(({ id }) => id === 'POD-002')!;
  const check = jest.spyOn(rule, 'check').mockImplementation(function* (model) {
    if (model.documents.some(({ name }) => name === 'q')) { throw new TypeError('x is not a function'); }
  });
  try {
    const findings = runRules(modelOf(`${POD('p')}---\n${POD('q')}`));
    expect(findings.filter(({ rule: id }) => id === 'POD-002')).toEqual([expect.objectContaining({
      severity: 'error',
      file: 'a.yaml',
      document: 2,
      name: 'q',
      isFailure: true,
      message: 'the rule POD-002 failed on this and checked nothing more (TypeError: x is not a function)',
      fix: 'please report it as a fault of cdk8s-gpu, with the object that this stands at',
    })]);
    expect(findings.filter(({ rule: id }) => id === 'POD-010').map(({ name }) => name)).toEqual(['p', 'q']);
  } finally {
    check.mockRestore();
  }
});

/** Keys that a map inherits, and what texts are made with. */
const INHERITED = ['toString', 'valueOf', 'constructor', '__proto__', 'hasOwnProperty', 'toJSON', 'length'];

test.each(INHERITED)('a map with the key %s in place of any value ends no rule', key => {
  const hostile = `{${key}: 1}`;
  const texts = [
    `apiVersion: ${hostile}\nkind: Pod\n`,
    `apiVersion: v1\nkind: ${hostile}\nmetadata: ${hostile}\n`,
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${hostile}, annotations: {nvidia.com/x: ${hostile}}, labels: ${hostile}}\nspec:\n  nodeSelector: {nvidia.com/gpu.product: ${hostile}}\n`
      + `  tolerations: [${hostile}, {key: ${hostile}, value: ${hostile}, effect: ${hostile}}]\n  containers: [${hostile}, {name: ${hostile}, image: ${hostile}, args: [${hostile}], env: [{name: ${hostile}, value: ${hostile}}], resources: {limits: {nvidia.com/gpu: ${hostile}, nvidia.com/mig-1g.5gb: ${hostile}}}}]\n`,
    `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cluster-policy}\nspec: {mig: {strategy: ${hostile}}, devicePlugin: {config: {name: ${hostile}, default: ${hostile}}}, migManager: {config: {name: ${hostile}}}, driver: ${hostile}, toolkit: {env: [{name: ${hostile}, value: ${hostile}}]}}\n`,
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: gpu-operator}\ndata:\n  config.yaml: |\n    version: ${hostile}\n    mig-configs:\n      a:\n      - {devices: ${hostile}, mig-enabled: ${hostile}, device-filter: ${hostile}, mig-devices: {1g.5gb: ${hostile}}}\n      - {devices: [${hostile}], mig-enabled: true, mig-devices: ${hostile}, ${key}: ${hostile}}\n  any: |\n    version: v1\n    flags: {migStrategy: ${hostile}}\n    sharing: {timeSlicing: {resources: [{name: ${hostile}, replicas: ${hostile}, rename: ${hostile}}]}, mps: ${hostile}}\n`,
    `apiVersion: v1\nkind: Node\nmetadata: {name: n, labels: {nvidia.com/mig.config: ${hostile}, nvidia.com/gpu.count: ${hostile}}}\nspec: {taints: [{key: ${hostile}, value: ${hostile}, effect: ${hostile}}]}\nstatus: {allocatable: {nvidia.com/gpu: ${hostile}}}\n`,
    `apiVersion: apps.nvidia.com/v1alpha1\nkind: NIMService\nmetadata: {name: s}\nspec: {image: {repository: ${hostile}, tag: ${hostile}}, authSecret: ${hostile}, storage: {pvc: ${hostile}}, replicas: ${hostile}, resources: {limits: {nvidia.com/gpu: ${hostile}}, requests: ${hostile}}, expose: {service: {port: ${hostile}, type: ${hostile}}}, scale: {enabled: ${hostile}, hpa: {maxReplicas: ${hostile}}}, draResources: [{claimCreationSpec: {devices: [{name: ${hostile}, attributeSelectors: [{key: ${hostile}, op: ${hostile}, value: ${hostile}}]}]}}], inferencePlatform: ${hostile}}\n`,
    `apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: c}\nspec: {devices: {requests: [{name: ${hostile}, exactly: {deviceClassName: ${hostile}, count: ${hostile}, selectors: [{cel: {expression: ${hostile}}}]}}], config: [{requests: [${hostile}], opaque: {driver: gpu.nvidia.com, parameters: {apiVersion: ${hostile}, kind: ${hostile}, sharing: {strategy: ${hostile}, timeSlicingConfig: {interval: ${hostile}}}}}}]}}\n`,
    `apiVersion: nfd.k8s-sigs.io/v1alpha1\nkind: NodeFeatureRule\nmetadata: {name: r}\nspec: {rules: [{name: ${hostile}, labels: {nvidia.com/mig.config: ${hostile}}, matchFeatures: [{feature: ${hostile}, matchExpressions: {device: {op: ${hostile}, value: [${hostile}]}}}]}]}\n`,
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: gpu-operator}\nspec: {chart: {spec: {chart: gpu-operator, version: ${hostile}}}, values: {migManager: {config: {name: ${hostile}, create: true, data: ${hostile}}}, devicePlugin: {config: ${hostile}, env: ${hostile}}}}\n`,
    `migManager: {env: [{name: ${hostile}, value: ${hostile}}], config: ${hostile}}\ndevicePlugin: ${hostile}\nmig: {strategy: ${hostile}}\n`,
  ];
  for (const text of texts) {
    expect(runRules(modelOf(text)).filter(({ isFailure }) => isFailure).map(({ message }) => message)).toEqual([]);
  }
});
