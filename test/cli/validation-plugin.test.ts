import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { GpuValidation } from '../../src/cli/validation-plugin';

const FIXTURES = path.join(__dirname, '..', '..', 'rules');

interface Violation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly { readonly locations: readonly string[]; readonly manifestPath: string }[];
}

/** Validates files the way cdk8s-cli does, and keeps what is reported. */
async function validate(...manifests: string[]) {
  return validateWith({}, ...manifests);
}

async function validateWith(properties: object, ...manifests: string[]) {
  const violations: Violation[] = [];
  const logs: string[] = [];
  let status = 'not submitted';
  await new GpuValidation(properties).validate({
    manifests,
    report: {
      addViolation: violation => { violations.push(violation); },
      submit: given => { status = given; },
    },
    logger: { log: message => { logs.push(message); } },
  });
  return { violations, logs, status };
}

test('manifests without a finding succeed', async () => {
  expect(await validate(path.join(FIXTURES, 'MIG-001.good.yaml'))).toEqual({ violations: [], logs: [], status: 'success' });
});

test('an error fails the synth and names its rule, its place and the way out', async () => {
  const file = path.join(FIXTURES, 'MIG-001.bad.yaml');
  const { violations, status } = await validate(file);
  expect(status).toBe('failure');
  const violation = violations.find(({ ruleName }) => ruleName === 'MIG-001')!;
  expect(violation.fix).not.toBe('');
  expect(violation.violatingResources[0].manifestPath).toBe(file);
  expect(violation.violatingResources[0].locations[0]).toMatch(/line \d+/);
});

test('a warning is logged with its line and does not fail the synth', async () => {
  const { violations, logs, status } = await validate(path.join(FIXTURES, 'SCH-001.bad.yaml'));
  expect({ violations, status }).toEqual({ violations: [], status: 'success' });
  expect(logs).toContainEqual(expect.stringMatching(/^SCH-001\.bad\.yaml:\d+: .*\[SCH-001\]$/));
});

test('a manifest that cannot be read fails the synth and does not hide the others', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'validation-'));
  try {
    const broken = path.join(folder, 'broken.k8s.yaml');
    fs.writeFileSync(broken, 'kind: Pod\nmetadata: {name: [\n');
    const { violations, status } = await validate(broken, path.join(FIXTURES, 'MIG-001.bad.yaml'));
    expect(status).toBe('failure');
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(expect.arrayContaining(['unreadable', 'MIG-001']));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('what is accepted is logged with its reason and does not fail the synth', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'validation-'));
  try {
    const file = path.join(folder, 'pod.k8s.yaml');
    fs.writeFileSync(file, 'apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {cdk8s-gpu/acknowledge: "POD-010: as meant"}}\n' +
      'spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n');
    const { violations, logs, status } = await validate(file);
    expect({ violations, status }).toEqual({ violations: [], status: 'success' });
    expect(logs).toContainEqual('pod.k8s.yaml:4: accepted, as meant: container c: nvidia.com/gpu is 0.5; it must be a whole number [POD-010]');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('the releases decide, also when they were written as numbers', async () => {
  const file = path.join(FIXTURES, 'STR-004.bad.yaml');
  const rules = async (gpuOperator: unknown) => {
    const { violations, logs } = await validateWith({ gpuOperator }, file);
    return [...violations.map(({ ruleName }) => ruleName), ...logs].join();
  };
  expect(await rules('26.3')).toContain('STR-004');
  expect(await rules(26.3)).toContain('STR-004');
  expect(await rules('26.7')).not.toContain('STR-004');
  await expect(validateWith({ kubernetes: 'newest' }, file)).rejects.toThrow('cdk8s.yaml: kubernetes: "newest" is no release of Kubernetes: give its numbers');
});
