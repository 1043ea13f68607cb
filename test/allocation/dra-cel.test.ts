import { celEnv, parse, plan, run } from '@bufbuild/cel';
import * as fc from 'fast-check';
import { CelDevice, devicesOf, FOREIGN } from './devices';
import { GpuAllocation, GpuNodes } from '../../src/allocation';
import { celText, hasProfile, isOfType } from '../../src/allocation/dra/cel';
import { classOfProfile, WHOLE_GPU_CLASS } from '../../src/allocation/dra/device-classes';
import { Gpu, GpuLayout } from '../../src/hardware';
import { MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { celFault } from '../../src/rules/values/cel-expression';
import { clusterWith, manifestsOf, plainDeployment } from '../cluster';

const programs = new Map<string, ReturnType<typeof plan>>();

/** What CEL makes of an expression about a device. A field that is not there is an error, as in Kubernetes, where it ends the allocation. */
function lets(expression: string, device: CelDevice): boolean {
  const program = programs.get(expression) ?? plan(celEnv(), parse(expression));
  programs.set(expression, program);
  const value = program({ device: { ...device } });
  if (typeof value !== 'boolean') { throw new Error(`${expression}: ${String(value)}`); }
  return value;
}

/** All CEL expressions somewhere in an object. */
function expressionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, each]) => (key === 'expression' ? [each as string] : expressionsIn(each)));
}

const BOARDS = Gpu.all();
const profileOf = ({ attributes }: CelDevice) => attributes['gpu.nvidia.com']?.profile;
const typeOf = ({ attributes }: CelDevice) => attributes['gpu.nvidia.com']?.type;

describe('classes and selectors, read by a library of CEL, on the devices of every board', () => {
  test('the class of whole GPUs lets whole GPUs through, of NVIDIA alone', () => {
    for (const device of [...BOARDS.flatMap(devicesOf), FOREIGN]) { expect(lets(WHOLE_GPU_CLASS.expression, device)).toBe(typeOf(device) === 'gpu'); }
  });

  test('the class of a profile lets the MIG devices of that profile through, and fails on no device of any board or driver', () => {
    const devices = [...BOARDS.flatMap(devicesOf), FOREIGN];
    const classes = new Map(BOARDS.flatMap(gpu => devicesOf(gpu).flatMap(device => {
      const profile = profileOf(device);
      return profile === undefined ? [] : [[profile, classOfProfile(gpu, profile).expression] as const];
    })));
    expect(classes.size).toBeGreaterThan(40);
    for (const [profile, expression] of classes) {
      expect(devices.filter(device => lets(expression, device)).map(profileOf)).toEqual(devices.map(profileOf).filter(each => each === profile));
    }
  });

  test('the selector of a claim is safe behind the class of MIG devices, and without it is an error on whole GPUs', () => {
    const [whole, ...slices] = devicesOf(Gpu.H100_SXM5_80GB);
    const selector = hasProfile('3g.40gb');
    expect(slices.filter(device => lets(isOfType('mig'), device) && lets(selector, device)).map(profileOf)).toEqual(['3g.40gb']);
    expect(lets(isOfType('mig'), whole)).toBe(false);
    expect(() => lets(selector, whole)).toThrow(/no such key|profile/);
  });

  test('so do all expressions of all that a program writes', () => {
    const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };
    const { chart, operator } = clusterWith({ releases, allocation: GpuAllocation.DRA });
    const nodes = (name: string) => GpuNodes.named([name], { gpusPerNode: 1 });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes('a'), layout: GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1, '1g.10gb+me': 1 }) });
    for (const [index, slice] of [pool.slice('1g.10gb+me'), pool.firstAvailable(['3g.40gb', '2g.20gb']), ...pool.onOneBoard(['3g.40gb', '2g.20gb'])].entries()) {
      slice.attachTo(plainDeployment(chart, `w-${index}`));
    }
    new TimeSlicedGpu(chart, 'turns', { operator, gpu: Gpu.L4, nodes: nodes('b'), replicas: 2 }).share().attachTo(plainDeployment(chart, 'turn'));
    const kinds = ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate'];
    const expressions = [...new Set(kinds.flatMap(kind => manifestsOf(chart, kind)).flatMap(expressionsIn))];
    expect(expressions.length).toBeGreaterThanOrEqual(5);
    for (const expression of expressions) {
      expect(celFault(expression)).toBeUndefined();
      const found = devicesOf(Gpu.A100_SXM4_80GB).filter(device => (expression.includes('.type ==') || typeOf(device) === 'mig') && lets(expression, device));
      expect({ expression, found: found.length }).toEqual({ expression, found: 1 });
    }
  });
});

describe('text in an expression', () => {
  test('is the text again, whatever is in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(run(celText(text), {})).toBe(text);
    }), { numRuns: 500 });
  });

  test('ends no quotes: an expression with it is true of the device that has it, and of no other', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (profile, other) => {
      const [device, foreign] = [profile, other].map(each => ({ ...FOREIGN, attributes: { 'gpu.nvidia.com': { type: 'mig', profile: each } } }));
      expect(lets(hasProfile(profile), device)).toBe(true);
      expect(lets(hasProfile(profile), foreign)).toBe(profile === other);
    }), { numRuns: 300 });
  });

  test('that looks like CEL stays text', () => {
    for (const text of ["' || true || '", "\\' || true || \\'", '\\', "'''", '\n', '\u2028', '"', '${x}', '\u0000']) { expect(run(celText(text), {})).toBe(text); }
  });
});

describe('the rule that an expression compiles (DRA-066)', () => {
  const words = ['device', '.driver', "['gpu.nvidia.com']", '.attributes', '.type', '==', '!=', '&&', '||', "'mig'", '"x"', '(', ')', '!', 'has', 'true', '1', '[', ']', ',', '?', ':', 'in', '+'];

  test('refuses nothing that the parser of the library takes, of random pieces', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 9 }), pieces => {
      const expression = pieces.join(' ');
      let isCel = true;
      try { parse(expression); } catch { isCel = false; }
      // what it says of names and fields is about Kubernetes, not about CEL
      const fault = celFault(expression);
      if (isCel && fault !== undefined) { expect({ expression, fault }).toEqual({ expression, fault: expect.stringMatching(/is unknown|device has no/) }); }
    }), { numRuns: 1500 });
  });
});
