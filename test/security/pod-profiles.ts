/** A control of the Pod Security Standards that a pod does not pass. */
export type Control =
  | 'hostPath' | 'hostPort' | 'host namespaces' | 'privileged' | 'added capabilities'
  | 'volume types' | 'allowPrivilegeEscalation' | 'runAsNonRoot' | 'runAsUser 0' | 'seccompProfile' | 'capabilities';

const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/** Controls of the baseline profile that a pod spec does not pass (Kubernetes documentation, Pod Security Standards; those that a GPU pod could touch). */
export function beyondBaseline(pod: any): Control[] {
  const containers = containersOf(pod);
  return whichOf({
    'hostPath': (pod.volumes ?? []).some((each: any) => each.hostPath !== undefined),
    'hostPort': containers.some(each => (each.ports ?? []).some((port: any) => (port.hostPort ?? 0) !== 0)),
    'host namespaces': [pod.hostNetwork, pod.hostPID, pod.hostIPC].includes(true),
    'privileged': containers.some(each => each.securityContext?.privileged === true),
    'added capabilities': containers.some(each => (each.securityContext?.capabilities?.add ?? []).length > 0),
  });
}

/** Controls of the restricted profile that a pod spec does not pass, those of baseline among them. */
export function beyondRestricted(pod: any): Control[] {
  const containers = containersOf(pod);
  const own = pod.securityContext ?? {};
  const effective = (container: any, key: string) => container.securityContext?.[key] ?? own[key];
  return [...beyondBaseline(pod), ...whichOf({
    'volume types': (pod.volumes ?? []).some((each: any) => each.hostPath === undefined && !VOLUMES.some(type => each[type] !== undefined)),
    'allowPrivilegeEscalation': containers.some(each => each.securityContext?.allowPrivilegeEscalation !== false),
    'runAsNonRoot': containers.some(each => effective(each, 'runAsNonRoot') !== true),
    'runAsUser 0': [own, ...containers.map(each => each.securityContext ?? {})].some(each => each.runAsUser === 0),
    'seccompProfile': containers.some(each => !['RuntimeDefault', 'Localhost'].includes(effective(each, 'seccompProfile')?.type)),
    'capabilities': containers.some(each => !(each.securityContext?.capabilities?.drop ?? []).includes('ALL')),
  })];
}

function containersOf(pod: any): any[] {
  return [...pod.initContainers ?? [], ...pod.containers];
}

function whichOf(controls: Partial<Record<Control, boolean>>): Control[] {
  return Object.entries(controls).filter(([, hit]) => hit).map(([control]) => control as Control);
}
