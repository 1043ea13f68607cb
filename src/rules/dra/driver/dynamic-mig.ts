import { gateIsOn, SelectorExpression } from '../../../cluster';
import { DRA_DRIVER } from '../../../releases';
import { defineRule, Rule } from '../../rule';
import { asksForMig, deviceReferences } from '../../values/cel-expression';
import { offByItself } from '../off-by-itself';

/** Rules about boards that the driver cuts for the claims that come. */
export const DYNAMIC_MIG_RULES: Rule[] = [
  defineRule({
    id: 'DRA-014',
    name: 'partitions-kubernetes-gate',
    area: 'DynamicMIG',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    since: DRA_DRIVER.milestones.dynamicMig,
    sentence: 'Kubernetes below 1.36 needs gate DRAPartitionableDevices on API server and scheduler',
    why: 'dynamic MIG publishes shared counters',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go DRAPartitionableDevices; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'cmd/gpu-kubelet-plugin/partitions.go',
    *check(model) {
      const off = offByItself(model, 'partitionableDevices');
      if (off === undefined) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'DynamicMIG'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'DynamicMIG'],
          message: `DynamicMIG publishes shared counters, and Kubernetes ${off.release} drops them${off.unless}`,
          fix: off.fix,
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-015',
    name: 'mig-manager-with-dynamic-mig',
    area: 'DynamicMIG',
    severity: 'warning',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.dynamicMig,
    sentence: 'do not run mig-parted, MIG Manager or nvidia-smi mig on a DynamicMIG node',
    why: 'MIG devices not in the driver\'s checkpoint are destroyed at plugin start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/driver.go NewDriver, '
      + 'DestroyUnknownMIGDevices',
    *check(model) {
      const dynamic = model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'));
      for (const { document, path, value } of dynamic ? model.labelValues('nvidia.com/mig.config') : []) {
        yield {
          document,
          path,
          message: `nvidia.com/mig.config=${value} on a node, and the DRA driver has DynamicMIG: it destroys the MIG `
            + 'devices that it did not make',
          fix: 'remove the label, or switch DynamicMIG off',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-016',
    name: 'dynamic-mig-attribute',
    area: 'DynamicMIG',
    severity: 'warning',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.dynamicMig,
    sentence: 'no CEL expression uses uuid or memorySlice<i> of a MIG device that is made on demand',
    why: 'published only for existing (static) MIG devices; on dynamic ones the reference is a CEL error',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go '
      + 'MigDeviceInfo.GetDevice; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go '
      + 'CommonAttributesMig',
    *check(model) {
      if (!model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'))) { return; }
      for (const {
        document,
        path,
        expression,
        deviceClass,
      } of model.selectorExpressions.filter(isOfMig)) {
        const found = deviceReferences(expression).find(({ map, domain, name, guarded }) =>
          !guarded && domain === 'gpu.nvidia.com'
            && (map === 'capacity' ? name.startsWith('memorySlice') : name === 'uuid'));
        if (found !== undefined) {
          yield {
            document,
            path,
            message: `${found.name} is not published for devices of ${deviceClass ?? 'the class'} that DynamicMIG `
              + 'would make, and the expression fails',
            fix: 'select by profile',
          };
        }
      }
    },
  }),
];

/** Whether an expression is for MIG devices: of the class of the driver, or in a class or claim that asks for them. */
function isOfMig({ deviceClass, expression }: SelectorExpression): boolean {
  return deviceClass === 'mig.nvidia.com' || asksForMig(expression);
}
