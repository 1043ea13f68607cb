import { ClaimView, ClusterModel, DeviceRequest, ManifestDocument, OpaqueConfig, configsIn } from '../../cluster';
import { Fields, fieldsOf, isFields, Path, plainText } from '../../kubernetes';
import { KUBERNETES } from '../../releases';
import { shown } from '../../text';
import { Check, RuleFinding } from '../rule';

/** One setting for the driver, and where its parameters stand. */
export interface Setting {
  readonly document: ManifestDocument;
  readonly claim?: ClaimView;
  readonly config: OpaqueConfig;
  readonly path: Path;
  readonly parameters: Readonly<Fields>;
  readonly kind: string;
  readonly sharing?: Readonly<Fields>;
}

export type Found = Omit<RuleFinding, 'document'>;

export function ofSettings(check: (setting: Setting, model: ClusterModel) => Iterable<Found>): Check {
  return function* (model) {
    for (const setting of settings(model, config => config.driver === 'gpu.nvidia.com' && !isOfOtherApi(config))) {
      for (const found of check(setting, model)) {
        yield { document: setting.document, ...found };
      }
    }
  };
}

/**
 * Whether parameters are of an API that another driver of this name had, such as gpu.resource.nvidia.com: no field of
 * it is known. A wrong version and a misspelt group are of this driver.
 */
function isOfOtherApi({ parameters }: OpaqueConfig): boolean {
  const group = plainText(fieldsOf(parameters).apiVersion).split('/')[0];
  return /\.resource\.[a-z.]+$/.test(group) || (group.includes('.') && !group.endsWith('nvidia.com'));
}

/** The settings of claims, then those of DeviceClasses. */
export function* settings(model: ClusterModel, wanted: (config: OpaqueConfig) => boolean): Generator<Setting> {
  const all = [
    ...model.claims.flatMap(claim => claim.configs.map(config => ({ document: claim.document, claim, config }))),
    ...model.ofKind('DeviceClass')
      .flatMap(document =>
        configsIn(document.spec.config, ['spec', 'config']).map(config => ({ document, claim: undefined, config }))),
  ];
  for (const { document, claim, config } of all.filter(each => wanted(each.config))) {
    const parameters = fieldsOf(config.parameters);
    yield {
      document,
      claim,
      config,
      path: [...config.path, 'opaque', 'parameters'],
      parameters,
      kind: shown(parameters.kind ?? ''),
      sharing: isFields(parameters.sharing) ? parameters.sharing : undefined,
    };
  }
}

/** The requests of a claim that have a name, or are the alternatives of one, as in `gpu/`. */
export function requestsNamed(
  model: ClusterModel, claim: ClaimView | undefined, name: string,
): readonly DeviceRequest[] {
  if (claim === undefined) { return []; }
  const byName = model.once(claim.requests, () => {
    const known = new Map<string, DeviceRequest[]>();
    for (const each of claim.requests) {
      const slash = each.name.indexOf('/');
      for (const key of slash < 0 ? [each.name] : [each.name, each.name.slice(0, slash + 1)]) {
        known.set(key, known.get(key) ?? []).get(key)!.push(each);
      }
    }
    return known;
  });
  return byName.get(name) ?? [];
}

/** Whether the scheduler takes the requests of a config away, because they are all that the claim has. */
export function isForAll({ claim, config }: Setting, model: ClusterModel): boolean {
  const names = new Set(config.requests);
  const named = (name: string) => names.has(name);
  return claim !== undefined
    && !KUBERNETES.lacks('configsOfAllRequests', model.declaredRelease('kubernetes'))
    && claim.requests.every(({ name }) => named(name) || named(name.split('/')[0]));
}
