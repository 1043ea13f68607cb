import { GpuTaint } from './gpu-nodes';

/** A toleration as Kubernetes writes it. */
export interface GpuToleration {
  /** The taint's key. */
  readonly key: string;
  /** `Exists` or `Equal`. */
  readonly operator: string;
  /**
   * The taint's value, with `Equal`.
   * @default - any
   */
  readonly value?: string;
  /**
   * The taint's effect.
   * @default - all effects
   */
  readonly effect?: string;
}

/**
 * The toleration that the operator's DaemonSets have of themselves (gpu-operator controllers/object_controls.go), and
 * that pods need on GPU nodes.
 */
export const GPU_TOLERATION: GpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

/** What a pod must tolerate to run on a node with these taints, besides `nvidia.com/gpu`. */
export function tolerationsOf(taints: GpuTaint[]): GpuToleration[] {
  return taints.map(({ key, value, effect }) =>
    value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect });
}

/** What a pod must tolerate to run on any of several nodes, each once and in one order, whichever comes first. */
export function tolerationsOfAll(nodes: { readonly taints: GpuTaint[] }[]): GpuToleration[] {
  const each = nodes.flatMap(({ taints }) => tolerationsOf(taints));
  const byText = new Map(each.map(toleration => [JSON.stringify(toleration), toleration]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}

/** Whether a toleration covers a taint (k8s.io/api/core/v1 Toleration.ToleratesTaint). */
export function tolerates({ key, operator, value, effect }: Partial<GpuToleration>, taint: GpuTaint): boolean {
  if (effect !== undefined && effect !== taint.effect) { return false; }
  if (key === undefined) { return operator === 'Exists'; }
  return key === taint.key && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''));
}
