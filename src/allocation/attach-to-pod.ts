import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { at, ContainerPlace, fieldsOf, listOf, plainText, PodTemplate, podTemplatesOf } from '../kubernetes';
import { AppChecks, aroundMethod } from '../synthesis';
import { giveDevice } from './give-device';
import { SliceAccess } from './slice-access';
import { GpuToleration } from './tolerations';

type Fields = Record<string, any>;

/** What a container and its pod get. */
export interface Attachment {
  readonly pool: string;
  readonly access: SliceAccess;
  readonly count: number;
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: GpuToleration[];
  readonly containers?: string[];
}

/**
 * Edits what the workload renders, after its own class has rendered it.
 *
 * A JSON patch would come too early: the generated classes of cdk8s-plus re-render after patches are applied and drop
 * every resource quantity that is not wrapped in their own type, without an error (cdk8s#2172, cdk8s#2163).
 */
export function attachToWorkload(workload: IConstruct, attachment: Attachment): void {
  const object = apiObjectOf(workload);
  const checks = AppChecks.of(object);
  aroundMethod<'toJson', unknown>(object, 'toJson', render => {
    const checked = checks.takeChecked(object);
    if (checked !== undefined) { return checked; }
    try {
      const manifest = render() as Fields;
      for (const template of chosenTemplates(manifest, attachment)) { edit(manifest, template, attachment); }
      return manifest;
    } catch (error) {
      throw new Error(`${workload.node.path}: ${(error as Error).message}`, { cause: error });
    }
  });
  // what cannot be attached must show before anything is written: cdk8s validates the whole app first, then writes
  // chart by chart
  checks.rendered.add(object);
  checks.poolOfUser.set(object, attachment.pool);
}

function apiObjectOf(workload: IConstruct): ApiObject {
  try {
    return ApiObject.of(workload);
  } catch (error) {
    throw new Error(`${workload.node.path}: a GPU slice can be attached to a construct that renders `
      + 'a pod or a pod template '
      + '(cdk8s-plus workloads, ApiObject), and this one renders no Kubernetes object', { cause: error });
  }
}

/**
 * Which pods get the slice: those with a named container; else those that compute, and others, such as the head of a
 * Ray cluster, where there are none.
 */
function chosenTemplates(manifest: Fields, { containers }: Attachment): PodTemplate[] {
  const templates = podTemplatesOf(manifest);
  if (templates.length === 0) {
    throw new Error(`${plainText(manifest.kind)} has no containers at any place where pods of this kind stand, so a GPU slice `
      + 'cannot be attached to it');
  }
  const [readOnly] = templates.filter(template => template.readOnly !== undefined);
  if (readOnly !== undefined) { throw new Error(`${plainText(manifest.kind)}: ${readOnly.readOnly}`); }
  if (containers === undefined) {
    const computing = templates.filter(template => !template.beside);
    return computing.length > 0 ? computing : templates;
  }
  const present = [...new Set(templates.flatMap(template => mainContainers(template).map(({ name }) => name)))];
  const missing = containers.find(name => !present.includes(name));
  if (missing !== undefined) { throw new Error(`the pod has no container "${missing}"; it has ${present.join(', ')}`); }
  return templates.filter(template => mainContainers(template).some(({ name }) => containers.includes(name)));
}

/** Those that run for as long as the pod does. */
function mainContainers({ containers }: PodTemplate): ContainerPlace[] {
  return containers.filter(({ path }) => !path.includes('initContainers'));
}

function edit(manifest: Fields, template: PodTemplate, attachment: Attachment): void {
  const pod = at(manifest, ...template.path) as Fields;
  for (const { path, name } of chosenContainers(template, attachment.containers)) {
    giveDevice({ pod, container: at(manifest, ...path) as Fields, name, ...attachment });
  }
  const defaults = template.defaults === undefined ? {} : fieldsOf(at(manifest, ...template.defaults)) as Fields;
  const selected: Fields = { ...fieldsOf(pod.nodeSelector ?? defaults.nodeSelector) };
  for (const [key, value] of Object.entries(attachment.nodeSelector)) {
    const present = selected[key];
    if (present !== undefined && present !== value) {
      throw new Error(`the pod selects nodes with ${key}=${plainText(present)}, but the slice of `
        + `${attachment.pool} is on nodes with `
        + `${key}=${value}; remove that selector, or attach with placement: false`);
    }
    pod.nodeSelector = { ...selected, ...fieldsOf(pod.nodeSelector), [key]: value };
  }
  refuseContraryAffinity(pod.affinity ?? defaults.affinity, attachment);
  const tolerated: Fields[] = pod.tolerations ?? defaults.tolerations ?? [];
  const missing = attachment.tolerations.filter(toleration =>
    !tolerated.some(each => sameToleration(each, toleration)));
  if (missing.length > 0) { pod.tolerations = [...tolerated, ...missing]; }
}

/** The scheduler asks for the node selector and for one term of the affinity, so it must be possible that both hold. */
function refuseContraryAffinity(affinity: unknown, { nodeSelector, pool }: Attachment): void {
  const terms = listOf(at(
    affinity,
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ));
  const contrary = terms.map(term =>
    listOf(at(term, 'matchExpressions')).find(expression => isContrary(fieldsOf(expression), nodeSelector)));
  if (terms.length === 0 || contrary.some(expression => expression === undefined)) { return; }
  const { key, operator, values } = fieldsOf(contrary[0]) as { key: string; operator: string; values?: unknown[] };
  throw new Error(`the pod requires a node affinity with ${key} `
    + `${operator}${values === undefined ? '' : ` ${values.map(plainText).join(', ')}`}, but the slice of ${pool} is `
    + `on nodes with ${key}=${nodeSelector[key]}; change that affinity, or attach with placement: false`);
}

/**
 * Whether no node with the labels has what an expression asks for
 * (k8s.io/component-helpers/scheduling/corev1/nodeaffinity).
 */
function isContrary({ key, operator, values }: Fields, labels: Record<string, string>): boolean {
  const value = labels[plainText(key)];
  if (value === undefined) { return false; }
  const isListed = listOf(values).map(plainText).includes(value);
  return operator === 'In' ? !isListed : operator === 'NotIn' ? isListed : operator === 'DoesNotExist';
}

function chosenContainers(template: PodTemplate, names: string[] | undefined): ContainerPlace[] {
  const containers = mainContainers(template);
  if (names !== undefined) { return containers.filter(({ name }) => names.includes(name)); }
  if (containers.length === 1) { return containers; }
  throw new Error(`the pod has ${containers.length} containers (${containers.map(({ name }) => name).join(', ')}); ` +
    'say which one gets the GPU: attachTo(workload, { containers: [\'name\'] })');
}

function sameToleration(a: Fields, b: GpuToleration): boolean {
  return a.key === b.key
    && (a.operator ?? 'Equal') === b.operator
    && a.value === b.value
    && (a.effect === undefined || a.effect === b.effect);
}
