import type { ClusterModel } from './cluster-model';
import { commandWords } from './container-command';
import { servedModelOf } from './served-model';
import type { GpuContainer, Workload } from './workload';
import { at, Fields, fieldsOf, listOf, plainText, stringsOf, textOf } from '../../kubernetes';

/**
 * A container with the variables that ConfigMaps among the manifests give it, and its command with those filled in.
 * Kubernetes takes what `envFrom` names in order, and what `env` says last (kubernetes/kubernetes@v1.34.2
 * pkg/kubelet/kubelet_pods.go makeEnvironmentVariables).
 */
export function withConfigMapVariables(
  model: ClusterModel,
  { document }: Workload,
  container: GpuContainer,
): GpuContainer {
  const value = fieldsOf(at(document.value, ...container.path));
  const sources = listOf(value.envFrom).filter(each => at(each, 'configMapRef') !== undefined);
  const references = listOf(value.env).filter(each => at(each, 'valueFrom', 'configMapKeyRef') !== undefined);
  if (sources.length === 0 && references.length === 0) { return container; }
  const dataOf = (reference: unknown) => dataNamed(model, textOf(at(reference, 'name')), document);
  const env = {
    ...Object.assign({}, ...sources.map(each =>
      prefixed(dataOf(at(each, 'configMapRef')), textOf(at(each, 'prefix')) ?? ''))) as Record<string, string>,
    ...container.env,
    ...Object.assign({}, ...references.map(each => {
      const reference = at(each, 'valueFrom', 'configMapKeyRef');
      const found = dataOf(reference)[plainText(at(reference, 'key'))];
      return found === undefined ? {} : { [plainText(at(each, 'name'))]: found };
    })) as Record<string, string>,
  };
  const args = document.kind.startsWith('NIM') ? container.args : commandOf(value, env);
  return { ...container, env, args, model: servedModelOf({ args, env }) ?? container.model };
}

function commandOf(value: Readonly<Fields>, env: Readonly<Record<string, string>>): string[] {
  return commandWords([...listOf(value.command), ...listOf(value.args)].map(plainText), env);
}

function prefixed(data: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [prefix + key, value]));
}

/** What the only ConfigMap of a name has that may be the one; nothing where several may, or another folder has it. */
function dataNamed(
  model: ClusterModel,
  name: string | undefined,
  { namespace, file, constructPath }: Workload['document'],
): Readonly<Record<string, string>> {
  if (name === undefined || changedElsewhere(model).has(name)) { return {}; }
  const [found, ...others] = model.configMapsNamed(name).filter(each =>
    (each.namespace === undefined || namespace === undefined || each.namespace === namespace)
    && (constructPath !== undefined || model.files.joined(each.file, file) !== 'apart'));
  return found === undefined || others.length > 0 ? {} : stringsOf(found.value.data);
}

/** The ConfigMaps of which one Kustomization changes what another generates. */
function changedElsewhere(model: ClusterModel): ReadonlySet<string> {
  return model.once(changedElsewhere, () => new Set([...model.ofKind('Kustomization'), ...model.ofKind('Component')]
    .flatMap(({ value }) => listOf(value.configMapGenerator))
    .filter(each => ['merge', 'replace'].includes(textOf(at(each, 'behavior')) ?? ''))
    .map(each => plainText(at(each, 'name')))));
}
