import { contentHash } from '../../kubernetes';
import { Finding } from '../../rules';

/** The name under which SARIF and baselines keep a fingerprint; another way to make them gets another name. */
export const FINGERPRINT = 'cdk8sGpu/v1';

/**
 * What tells each finding from the others and stays when lines move: rule, file, object and place in it; of several in
 * one place, which one.
 */
export function fingerprintsOf(findings: readonly Finding[]): Map<Finding, string> {
  const met = new Map<string, number>();
  return new Map(findings.map(finding => {
    const { rule, file, kind, namespace, name, path } = finding;
    const place = JSON.stringify([
      rule,
      file.replace(/\\/g, '/').replace(/^\.\//, ''),
      kind,
      namespace ?? '',
      name,
      path,
    ]);
    const count = met.get(place) ?? 0;
    met.set(place, count + 1);
    return [finding, `${contentHash(place)}${contentHash([place])}:${count + 1}`];
  }));
}
