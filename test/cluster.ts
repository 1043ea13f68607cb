import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { GpuOperator, GpuOperatorProps } from '../src/operator';
import { GpuOperatorVersion } from '../src/releases';

/** The release that a test is about when it says none. */
export const RELEASES = { releases: { gpuOperator: GpuOperatorVersion.V26_7 } };

/** A chart with an operator in it, as most tests need. */
export function clusterWith(props: Partial<GpuOperatorProps> = {}): { app: App; chart: Chart; operator: GpuOperator } {
  const app = Testing.app();
  const chart = new Chart(app, 'gpu');
  return { app, chart, operator: new GpuOperator(chart, 'gpu-operator', { ...RELEASES, ...props }) };
}

/** The manifests of a kind. */
export function manifestsOf(chart: Chart, kind: string): any[] {
  return Testing.synth(chart).filter(manifest => manifest.kind === kind);
}

/** The one manifest of a kind. */
export function manifestOf(chart: Chart, kind: string, named: RegExp = /./): any {
  const found = manifestsOf(chart, kind).filter(manifest => named.test(manifest.metadata.name));
  expect(found).toHaveLength(1);
  return found[0];
}

/** A Deployment with one container, written as a plain object. */
export function plainDeployment(chart: Chart, id: string, podSpec: Record<string, unknown> = {}): ApiObject {
  return new ApiObject(chart, id, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      selector: { matchLabels: { app: id } },
      template: { metadata: { labels: { app: id } }, spec: { containers: [{ name: 'main', image: 'example.com/image:1' }], ...podSpec } },
    },
  });
}
