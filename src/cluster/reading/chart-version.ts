import { plainText } from '../../kubernetes';

/** A version of a chart that names one release; a range may be any. */
export function versionOf(version: unknown): string | undefined {
  const text = plainText(version);
  return /^v?\d+\.\d+(?:\.\d+)?(?:[-+][\w.-]+)?$/.test(text) ? text : undefined;
}
