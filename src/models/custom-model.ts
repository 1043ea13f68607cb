import type { NimModelOptions } from './nim-model';

/**
 * Looks at what a person says of a NIM of their own.
 * @throws with what is wrong and what to give
 */
export function checkOwnModel(id: string, options: NimModelOptions, kinds: string[]): void {
  if (typeof id !== 'string' || id.trim() === '') {
    throw new Error('NimModel.custom: the id is empty; give a short name, which messages use');
  }
  const place = `NimModel.custom("${id}")`;
  if (typeof options !== 'object' || options === null) {
    throw new Error(`${place}: nothing is said of it; give kind and image`);
  }
  const { kind, image, tag, httpPort, grpcPort } = options;
  if (!kinds.includes(kind)) {
    throw new Error(`${place}: kind is ${typeof kind === 'string' ? `"${kind as string}"` : 'no text'}; give `
      + `one of ${kinds.join(', ')}`);
  }
  if (typeof image !== 'string' || image.trim() === '') {
    throw new Error(`${place}: image is empty; give the repository, such as registry.example.com/team/model`);
  }
  const [, withTag] = /^[^:@]*[:@](.*)$/.exec(image.slice(image.lastIndexOf('/') + 1)) ?? [];
  if (withTag !== undefined) {
    throw new Error(`${place}: image "${image}" has a tag in it, and tag is a property of its own; give image `
      + `without, and tag: '${withTag}'`);
  }
  if (tag !== undefined && (typeof tag !== 'string' || tag.trim() === '')) {
    throw new Error(`${place}: tag is empty; give it, or leave it out and give imageTag where the model is used`);
  }
  for (const [name, port] of Object.entries({ httpPort, grpcPort })) {
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
      throw new Error(`${place}: ${name} must be a whole number from 1 to 65535, got `
        + `${typeof port === 'number' ? port : typeof port}`);
    }
  }
  for (const name of ['memoryMib', 'diskGb'] as const) {
    const amount = options[name];
    if (amount !== undefined && !(Number.isFinite(amount) && amount > 0)) {
      throw new Error(`${place}: ${name} must be a number above 0, got `
        + `${typeof amount === 'number' ? amount : typeof amount}; leave it out where it is not known`);
    }
  }
}
