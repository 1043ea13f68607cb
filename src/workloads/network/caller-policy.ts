import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { NimCaller } from './caller';
import { made } from '../../props';

export const CALLER = made('a NimCaller, such as NimCaller.pods({ app: \'voice-agent\' })', '_toPeer');

/** Who may reach some pods, and where. */
export interface CallerPolicyOptions {
  /** Labels of the pods that are called. */
  readonly labels: Record<string, string>;
  readonly callers: NimCaller[];
  /** Ports that callers reach. */
  readonly ports: number[];
  /** Who reads metrics, at ports of their own. */
  readonly monitor?: NimCaller;
  readonly metricsPorts: number[];
  /** Whether the pods call each other at ports of their own choice. */
  readonly amongThemselves?: boolean;
}

/**
 * Lets callers to the ports of some pods, the monitor to those with metrics, and nobody else in.
 *
 * Traffic from the pod's own node is always let through, so the kubelet's probes are (Kubernetes, Network Policies).
 */
export function callerPolicy(scope: Construct, id: string, options: CallerPolicyOptions): ApiObject {
  const { labels, callers, ports, monitor, metricsPorts, amongThemselves } = options;
  const rule = (from: NimCaller[], reached: number[]) => ({
    from: from.map(caller => caller._toPeer()), ports: reached.map(port => ({ protocol: 'TCP', port })),
  });
  return new ApiObject(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [
        rule(callers, ports),
        ...(monitor === undefined ? [] : [rule([monitor], metricsPorts)]),
        ...(amongThemselves === true ? [{ from: [{ podSelector: { matchLabels: labels } }] }] : []),
      ],
    },
  });
}

/** @throws when a policy would let in nobody, or more than was meant */
export function checkCallers(
  place: string,
  { callers, monitor }: { readonly callers?: NimCaller[]; readonly monitor?: NimCaller },
): void {
  if (callers === undefined && monitor !== undefined) {
    throw new Error(`${place}: monitor is let in beside callers, and there are none, so everyone is in `
      + 'already; give callers too');
  }
  if (callers?.length === 0) {
    throw new Error(`${place}: callers is empty, so nobody could call; name some, or leave it `
      + 'out for the whole cluster');
  }
}
