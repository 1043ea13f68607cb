import { ManifestDocument } from './document';
import { at, fieldsOf, isFields, isTemplated, listOf, Path, plainText, textOf } from '../../kubernetes';
import { DRA_GATES, DRA_GATES_ON_BY_DEFAULT } from '../../releases';

/** How the DRA driver is set up at one place. */
export interface DraDriverSettings {
  readonly document: ManifestDocument;
  /** Of the gates. */
  readonly path: Path;
  /** The gates that are written there. */
  readonly gates: Readonly<Record<string, boolean>>;
  /** Whether values in another object, which may have gates too, are laid over these. */
  readonly isIncomplete?: boolean;
  /** The environment variable CONSUMABLE_SHARES. */
  readonly shares?: { readonly value: string; readonly path: Path };
}

/** Whether a gate is on. */
export function gateIsOn({ gates }: DraDriverSettings, gate: string): boolean {
  return gates[gate] ?? DRA_GATES_ON_BY_DEFAULT.includes(gate);
}

/** Whether a gate may be on: it is, or what may say so is not among the manifests. */
export function gateMayBeOn(settings: DraDriverSettings, gate: string): boolean {
  return gateIsOn(settings, gate) || (settings.isIncomplete === true && settings.gates[gate] === undefined);
}

/** The settings in a GPUCluster, in chart values, and in the DaemonSets and Deployments that a chart rendered. */
export function draDriverSettingsOf(document: ManifestDocument): DraDriverSettings[] {
  switch (document.kind) {
    case 'GPUCluster': return [declared(document, ['spec', 'draDriver'], ['gpus', 'kubeletPlugin', 'env'])];
    case 'HelmValues': return document.name !== 'dra-driver'
      ? isFields(at(document.value, 'values', 'draDriver'))
        ? [declared(document, ['values', 'draDriver'], ['gpus', 'kubeletPlugin', 'env'])]
        : []
      : [declared(document, ['values'], ['kubeletPlugin', 'containers', 'gpus', 'env'], 'consumableShares')];
    case 'DaemonSet':
    case 'Deployment': return listOf(at(document.spec, 'template', 'spec', 'containers')).flatMap((container, index) =>
      rendered(document, at(container, 'env'), ['spec', 'template', 'spec', 'containers', index, 'env']));
    default: return [];
  }
}

function declared(document: ManifestDocument, path: Path, env: Path, ofChart?: string): DraDriverSettings {
  const settings = at(document.value, ...path);
  const gates = Object.entries(fieldsOf(at(settings, 'featureGates')))
    .filter((gate): gate is [string, boolean] => typeof gate[1] === 'boolean');
  return {
    document,
    path: [...path, 'featureGates'],
    gates: Object.fromEntries(gates),
    isIncomplete: at(document.value, 'chart', 'isIncomplete') === true,
    shares: sharesIn(at(settings, ...env), [...path, ...env])
      ?? (ofChart === undefined ? undefined : sharesOfChart(at(settings, ofChart), [...path, ofChart])),
  };
}

/**
 * The chart's own value, which it makes the variable of, unless it is empty
 * (deployments/helm/dra-driver-nvidia-gpu/templates/kubeletplugin.yaml#L308).
 */
function sharesOfChart(value: unknown, path: Path): DraDriverSettings['shares'] {
  return ['string', 'number'].includes(typeof value) && value !== '' && value !== 0 ? sharesOf(value, path) : undefined;
}

function rendered(document: ManifestDocument, env: unknown, path: Path): DraDriverSettings[] {
  const index = listOf(env).findIndex(each => at(each, 'name') === 'FEATURE_GATES');
  const pairs = plainText(at(listOf(env)[index], 'value')).split(',').map(each => each.trim().split('='));
  const gates = Object.fromEntries(pairs.filter(([name]) => name !== '')
    .map(([name, value]) => [name, value === 'true']));
  const shares = sharesIn(env, path);
  // other programs have a variable of this name too
  if (shares === undefined && !Object.keys(gates).some(name => Object.hasOwn(DRA_GATES, name))) { return []; }
  return [{ document, path: index < 0 ? path : [...path, index], gates, shares }];
}

function sharesIn(env: unknown, path: Path): DraDriverSettings['shares'] {
  const index = listOf(env).findIndex(each => at(each, 'name') === 'CONSUMABLE_SHARES');
  const entry = listOf(env)[index];
  // a variable without a value is there, and empty
  return isFields(entry) && !isFields(entry.valueFrom) ? sharesOf(entry.value ?? '', [...path, index]) : undefined;
}

function sharesOf(value: unknown, path: Path): DraDriverSettings['shares'] {
  return isTemplated(value) ? undefined : { value: textOf(value) ?? JSON.stringify(value), path };
}
