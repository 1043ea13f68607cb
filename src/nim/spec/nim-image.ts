import { NimModel, tagIsBefore } from '../../models';

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
  return { repository: model.image, tag: chosen };
}

/** Whether `tag` is `minimum` or later, both as `major.minor.patch`; undefined when the tag is no version. */
export function isAtLeast(tag: string, minimum: string): boolean | undefined {
  const before = tagIsBefore(tag, minimum);
  return before === undefined ? undefined : !before;
}
