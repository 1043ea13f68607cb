import { shown } from '../../text';

/** A part of a spec, as it is written. */
type Fields = Record<string, unknown>;

/**
 * Refuses what `overrides` made of a NIMService's spec when the API server, the operator's webhook or the model could
 * not live with it.
 * @param path construct path, for the message
 * @param written the spec without overrides
 * @param merged the spec with them
 */
export function checkOverridden(path: string, written: Fields, merged: Fields): void {
  // no NIMService has a spec in its spec
  if (merged.spec !== undefined) {
    const inside = Object.keys(fieldsOf(merged.spec)).map(shown).join(', ');
    throw new Error(`${path}: overrides begin below spec; leave out the spec around ${inside || 'them'}`);
  }
  // CEL rules of the NIMService (k8s-nim-operator api/apps/v1alpha1/nimservice_types.go): spec.replicas since 3.0.2,
  // spec.multiNode since 3.0.0
  if (fieldsOf(merged.scale).enabled === true) {
    if (merged.replicas !== undefined) {
      throw new Error(`${path}: overrides turn on scale, and the CRD refuses spec.replicas `
        + `(${shown(merged.replicas)}) beside it [NIM-004]; give autoscaling instead`);
    }
    if (merged.multiNode !== undefined) {
      throw new Error(`${path}: spec.scale cannot be enabled beside spec.multiNode, which the CRD refuses `
        + '[NIM-005]; leave one of them out');
    }
  }
  // endpoints are handed out from it, and its default port is applied only to an object that is there
  if (typeof fieldsOf(fieldsOf(merged.expose).service).port !== 'number') {
    throw new Error(`${path}: overrides take away expose.service.port, which clients and probes need; leave `
      + 'it, or give another number');
  }
  // the webhook wants one place for the model (k8s-nim-operator internal/webhook/apps/v1alpha1)
  const places = MODEL_PLACES.filter(place => fieldsOf(merged.storage)[place] !== undefined);
  if (places.length > 1) {
    throw new Error(`${path}: spec.storage has ${places.join(' and ')}, and the operator's webhook takes one `
      + '[NIM-040]; give storage instead of overriding it');
  }
  // a list is replaced whole: the engine's memory fraction would go with it, and what was checked would no longer hold
  const lost = namesOf(written.env).filter(name => !namesOf(merged.env).includes(name));
  if (lost.length > 0) {
    throw new Error(`${path}: overrides replace env, and ${lost.join(', ')} would be lost; give env and secretEnv, `
      + 'or repeat them in overrides');
  }
  // of what is no toleration, the CRD's fields tell
  const isReadable = listOf(merged.tolerations).every(each => each.key !== undefined || each.operator === 'Exists');
  const untolerated = !isReadable ? undefined : listOf(written.tolerations)
    .find(each => !listOf(merged.tolerations).some(other => covers(other, each)));
  if (untolerated !== undefined) {
    throw new Error(`${path}: overrides replace tolerations, and that of the taint ${shown(untolerated.key)} of the `
      + 'pool\'s nodes would be lost: '
      + 'the pods would stay Pending; give tolerations, which are added, or repeat it in overrides');
  }
}

/** Whether a toleration covers all that another does. */
function covers(toleration: Fields, other: Fields): boolean {
  const exists = toleration.operator === 'Exists';
  const sameKey = toleration.key === other.key || (exists && (toleration.key === undefined || toleration.key === ''));
  const sameValue = exists || ((other.operator ?? 'Equal') === 'Equal' && toleration.value === other.value);
  return sameKey
    && sameValue
    && (toleration.effect === undefined || toleration.effect === '' || toleration.effect === other.effect);
}

const MODEL_PLACES = ['nimCache', 'pvc', 'emptyDir', 'hostPath'];

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function namesOf(env: unknown): string[] {
  return listOf(env).map(entry => shown(entry.name));
}
