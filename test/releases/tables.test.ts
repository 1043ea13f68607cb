import * as fc from 'fast-check';
import { CHARTS } from '../../src/kubernetes/chart/value-facts';
import { KINDS } from '../../src/kubernetes/crd/field-facts';
import {
  DraDriverVersion, DRA_DRIVER, DRA_GATES, GPU_OPERATOR, GpuOperatorVersion, KubernetesVersion, Milestone, minorOf, NIM_SERVICE_SINCE,
  NimOperatorVersion, RELEASE_TABLES, stateOf,
} from '../../src/releases';
import { pointsOf } from '../../src/releases/release';

const tables = Object.values(RELEASE_TABLES);
const milestones: [string, Milestone, readonly string[]][] = tables.flatMap(({ product, releases, milestones: known }) =>
  Object.entries<Milestone>(known).map(([name, milestone]): [string, Milestone, readonly string[]] => [`${product} ${name}`, milestone, releases]));

describe('the tables', () => {
  test.each(tables.map(table => [table.product, table] as const))('%s: releases stand in their order, each as three numbers', (_, { releases }) => {
    expect(releases.filter(release => !/^\d+\.\d+\.\d+$/.test(release))).toEqual([]);
    const points = releases.map(release => pointsOf(release).first);
    expect(points).toEqual([...new Set(points)].sort((a, b) => a - b));
  });

  test.each(milestones)('%s begins once and ends at most once, as the table says', (_, milestone, releases) => {
    const states = releases.map(release => stateOf(milestone, release));
    const changes = states.filter((state, index) => index > 0 && state !== states[index - 1]).length;
    expect(states).not.toContain(undefined); // the table knows each patch
    expect(changes).toBeLessThanOrEqual(Number(milestone.begins !== undefined) + Number(milestone.ends !== undefined));
    if (milestone.ends === undefined) { expect(states).toEqual([...states].sort()); } // false before true
  });

  test.each(milestones)('%s: a release after the table is as the newest one, unless an end is announced', (_, milestone, releases) => {
    const newest = stateOf(milestone, releases[releases.length - 1]);
    const last = pointsOf(releases[releases.length - 1]).last;
    const announced = [milestone.begins, milestone.ends].some(each => each !== undefined && pointsOf(each).first > last);
    for (const later of ['26.10', '27.3', '99.1.4', undefined]) { // later than every release of every product
      expect(stateOf(milestone, later)).toBe(announced ? !newest : newest);
    }
  });

  test.each(milestones)('%s says what it is and where that was read', (_, { what, source, begins, ends }) => {
    expect(what).toMatch(/\w{3}/);
    expect(source).toMatch(/[\w-]+\/[\w-]+(@|#)|docs|features/);
    expect(begins ?? ends).toBeDefined();
  });

  test('a minor release is known by what all of its patches share', () => {
    expect([GPU_OPERATOR.has('zeroCounts', '26.7'), GPU_OPERATOR.lacks('zeroCounts', '26.7')]).toEqual([false, false]);
    expect(['26.7.0', '26.7.1', '26.10'].map(release => GPU_OPERATOR.has('zeroCounts', release))).toEqual([false, true, true]);
  });

  test('what an operand begins with comes with the first release of the GPU Operator that brings it', () => {
    expect(GPU_OPERATOR.milestones.attributeResources.begins).toBe('26.7');
    expect(GPU_OPERATOR.milestones.negativeAttributes.begins).toBe('25.3.3');
    expect(GPU_OPERATOR.milestones.zeroCounts.begins).toBe('26.7.1');
  });

  test('the CRDs that field facts come from are of releases in the tables', () => {
    for (const { operator, releases } of Object.values(KINDS)) {
      const table = tables.find(({ product }) => product === operator);
      if (table === undefined) { continue; } // NFD has no table: nothing depends on its release
      for (const { release } of releases) { expect(table.releases.some(known => known.startsWith(`${release}.`))).toBe(true); }
    }
  });

  test('the charts that value facts come from are of releases in the tables, where their product has one', () => {
    for (const [chart, { releases }] of Object.entries(CHARTS)) {
      const table = tables.find(({ product }) => product === chart.replace('nvidia-device-plugin', 'device-plugin'));
      if (table === undefined) { continue; } // NFD has no table
      const minors = table.releases.map(minorOf);
      for (const release of releases) { expect(minors).toContain(minorOf(release)); }
      expect(minorOf(releases[releases.length - 1])).toBe(table.newest);
    }
  });

  test('fields of a NIMService and gates of the DRA driver begin in the order of their releases', () => {
    for (const begins of [NIM_SERVICE_SINCE.map(([, release]) => release), Object.values(DRA_GATES)]) {
      const points = begins.map(release => pointsOf(release).first);
      expect(points).toEqual([...points].sort((a, b) => a - b));
    }
  });
});

describe.each([
  ['GpuOperatorVersion', GpuOperatorVersion, '99.1', /"latest" is no release of GPU Operator: give its numbers, such as \d+\.\d+ or \d+\.\d+\.\d+$/],
  ['NimOperatorVersion', NimOperatorVersion, '99.1', /"latest" is no release of NIM Operator/],
  ['KubernetesVersion', KubernetesVersion, '1.99', /"latest" is no release of Kubernetes/],
  ['DraDriverVersion', DraDriverVersion, '99.1', /"latest" is no release of DRA driver/],
] as const)('%s', (_, Version, later, refusal) => {
  type AnyVersion = { version: string; isAtLeast(other: unknown): boolean };
  const known = Version.all() as AnyVersion[];

  test('its members stand in their order, and a later release is at least each of them', () => {
    known.forEach((version, index) => expect(known.map(other => version.isAtLeast(other))).toEqual(known.map((__, other) => other <= index)));
    const unknown = Version.of(later) as AnyVersion;
    expect(known.map(version => [unknown.isAtLeast(version), version.isAtLeast(unknown)])).toEqual(known.map(() => [true, false]));
  });

  test('the name of every member is its release', () => {
    const members = Object.entries(Version).filter(([key]) => /^V\d/.test(key)) as [string, AnyVersion][];
    expect(members.map(([key]) => key)).toEqual(known.map(({ version }) => `V${version.replace(/\./g, '_')}`));
  });

  test('what is no release is refused', () => {
    for (const text of ['latest', '', '26', 'x26.7', '26.7.1.2']) { expect(() => Version.of(text)).toThrow(/is no release of/); }
    expect(() => Version.of('latest')).toThrow(refusal);
  });
});

test('releases are compared by their numbers, not as text', () => {
  fc.assert(fc.property(fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999), (a, b, c, d) => {
    const isLater = a > c || (a === c && b >= d);
    expect(KubernetesVersion.of(`${a}.${b}`).isAtLeast(KubernetesVersion.of(`v${c}.${d}-eks-1`))).toBe(isLater);
  }));
});

test('a release before the oldest that is known is refused, with the oldest', () => {
  expect(() => GpuOperatorVersion.of('24.9.2')).toThrow(
    /^GPU Operator 24\.9\.2 is older than 25\.10, the oldest release that this library knows: give \d+\.\d+ or \d+\.\d+\.\d+$/,
  );
});

test('the first releases of the DRA driver are known by their dates too', () => {
  expect(['25.3.1', '25.8', 'v25.12.0', '0.3.0'].map(written => DRA_DRIVER.find(written))).toEqual(['0.1', '0.2', '0.3', '0.3.0']);
});
