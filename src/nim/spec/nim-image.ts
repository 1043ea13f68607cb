import { NimModel, tagIsBefore } from '../../models';

/**
 * A tag, and behind it the digest of an image that must be that very one: the operator writes `repository:tag`
 * (NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetImage), and of a tag beside a digest the
 * digest counts. The tag stays, for it says the release.
 */
const TAG = /^\w[\w.-]{0,127}(?:@sha256:[0-9a-f]{64})?$/;

/** Repository and tag of a model's image. */
export function imageOf(path: string, model: NimModel, tag: string | undefined): { repository: string; tag: string } {
  if (model.image === undefined) {
    throw new Error(`${path}: the image of ${model} is not known; describe it with `
      + `NimModel.custom('${model.id}', { kind, image, tag })`);
  }
  const chosen = tag ?? model.tags[0];
  if (chosen === undefined) {
    throw new Error(`${path}: no tag of ${model.image} is known, and an image needs one [NIM-001]; give imageTag`);
  }
  if (!TAG.test(chosen)) {
    throw new Error(`${path}: imageTag "${chosen}" is no tag of an image; write one as in 1.13.1, or with a digest `
      + 'behind it, 1.13.1@sha256: and 64 hexadecimal digits');
  }
  return { repository: model.image, tag: chosen };
}

/** Whether `tag` is `minimum` or later, both as `major.minor.patch`; undefined when the tag is no version. */
export function isAtLeast(tag: string, minimum: string): boolean | undefined {
  const before = tagIsBefore(tag, minimum);
  return before === undefined ? undefined : !before;
}
