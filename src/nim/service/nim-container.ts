import { ANY, checkText, given, listOf, mapOf, needed, struct, TEXT } from '../../props';

/** A container image. */
export interface NimContainerImage {
  /** The repository, without a tag. */
  readonly repository: string;
  /** The tag. */
  readonly tag: string;
  /**
   * `Always`, `IfNotPresent` or `Never`.
   * @default - as Kubernetes has it: IfNotPresent, or Always for the tag latest
   */
  readonly pullPolicy?: string;
  /**
   * Names of the Secrets that pull it.
   * @default - none
   */
  readonly pullSecrets?: string[];
}

/**
 * A container beside a NIM or before it. It has no resources, ports or mounts of its own. NIM Operator 3.1 and later.
 */
export interface NimContainer {
  /** Its name. */
  readonly name: string;
  /** Its image. */
  readonly image: NimContainerImage;
  /**
   * What it runs.
   * @default - the image's own
   */
  readonly command?: string[];
  /**
   * Arguments.
   * @default - the image's own
   */
  readonly args?: string[];
  /**
   * Environment variables, as in Kubernetes.
   * @default - none
   */
  readonly env?: any[];
  /**
   * The directory that it runs in.
   * @default - the image's own
   */
  readonly workingDir?: string;
}

/** A container as the CRD has it. */
export function toContainer(place: string, container: NimContainer): Record<string, unknown> {
  for (const [name, value] of [
    ['name', container.name],
    ['image.repository', container.image.repository],
    ['image.tag', container.image.tag],
  ] as const) {
    if (value === undefined || value.trim() === '') {
      throw new Error(`${place}: ${name} is empty, and a container needs it [NIM-103]; give ${name}`);
    }
  }
  checkText(place, 'workingDir', container.workingDir);
  return {
    name: container.name,
    image: given(container.image, 'repository', 'tag', 'pullPolicy', 'pullSecrets'),
    ...given(container, 'command', 'args', 'env', 'workingDir'),
  };
}

/** A list of containers; nothing when there is none. */
export function toContainers(
  place: string,
  list: string,
  containers: NimContainer[] | undefined,
): Record<string, unknown> {
  if (containers === undefined || containers.length === 0) { return {}; }
  const twice = containers.map(({ name }) => name).find((name, index, names) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(`${place}: ${list} has ${twice} twice; give each container a name of its own`);
  }
  return { [list]: containers.map((container, index) => toContainer(`${place}: ${list}[${index}]`, container)) };
}
export const CONTAINER = struct<NimContainer>({
  name: needed(TEXT),
  image: needed(struct<NimContainerImage>({
    repository: needed(TEXT),
    tag: needed(TEXT),
    pullPolicy: TEXT,
    pullSecrets: listOf(TEXT),
  })),
  command: listOf(TEXT),
  args: listOf(TEXT),
  env: listOf(mapOf(ANY)),
  workingDir: TEXT,
});
export const CONTAINERS = listOf(CONTAINER);
