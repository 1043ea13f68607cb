import { ApiObject } from 'cdk8s';
import { NimCaller } from './caller';
import { NimService, podLabels, writtenSpec } from '../../nim';

/** Who may reach the pods of a stage. */
export interface CallerPolicyOptions {
  readonly callers: NimCaller[];
  readonly monitor?: NimCaller;
}

/**
 * Lets callers to the ports of a NIM, the monitor to those with metrics, and nobody else in.
 *
 * Traffic from the pod's own node is always let through, so the kubelet's probes are (Kubernetes, Network Policies).
 * @param service the NIM, beside which the policy is made
 * @param options who may
 */
export function callerPolicy(service: NimService, options: CallerPolicyOptions): ApiObject {
  const spec = writtenSpec(service);
  const labels = podLabels(service, spec);
  const { port, grpcPort, metricsPort } = spec.service;
  // the operator's ServiceMonitor scrapes /v1/metrics on `api` and /metrics on `metrics` (k8s-nim-operator api/apps/v1alpha1/nimservice_types.go)
  const rules = [
    { from: options.callers, ports: [port, grpcPort] },
    ...(options.monitor === undefined ? [] : [{ from: [options.monitor], ports: [port, metricsPort] }]),
  ];
  return new ApiObject(service.node.scope!, `${service.node.id}-callers`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [
        ...rules.map(({ from, ports }) => ({
          from: from.map(caller => caller._toPeer()),
          ports: ports.filter(each => each !== undefined).map(each => ({ protocol: 'TCP', port: each })),
        })),
        // the workers of a replica that spans nodes talk on ports of their own choice
        ...(spec.multiNode === undefined ? [] : [{ from: [{ podSelector: { matchLabels: labels } }] }]),
      ],
    },
  });
}
