import { ClaimView, ClusterModel, ManifestDocument, OpaqueConfig, configsIn } from '../../cluster';
import { Fields, fieldsOf, isFields, Path } from '../../kubernetes';
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
    for (const setting of settings(model, ({ driver }) => driver === 'gpu.nvidia.com')) {
      for (const found of check(setting, model)) {
        yield { document: setting.document, ...found };
      }
    }
  };
}

/** The settings of claims, then those of DeviceClasses. */
export function* settings(model: ClusterModel, wanted: (config: OpaqueConfig) => boolean): Generator<Setting> {
  const all = [
    ...model.claims.flatMap(claim => claim.configs.map(config => ({ document: claim.document, claim, config }))),
    ...model.ofKind('DeviceClass').flatMap(document => configsIn(document.spec.config, ['spec', 'config']).map(config => ({ document, claim: undefined, config }))),
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

