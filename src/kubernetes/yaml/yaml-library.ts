import type * as yaml from 'yaml';

let library: typeof yaml | undefined;

/** The YAML library, loaded when there is text to read: an app without files need not pay for it. */
export function yamlLibrary(): typeof yaml {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  library ??= require('yaml') as typeof yaml;
  return library;
}
