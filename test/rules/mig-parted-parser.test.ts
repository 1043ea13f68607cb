import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { runRules } from '../../src/rules';

/**
 * What mig-parted's parser does with a file, read in its source: mp is NVIDIA/mig-parted (spec: api/spec/v1/spec.go, helpers:
 * api/spec/v1/helpers.go, config: pkg/types/mig_config.go, device: pkg/types/device.go), nv is NVIDIA/go-nvlib
 * (pkg/nvlib/device/mig_profile.go), yaml is sigs.k8s.io/yaml over go.yaml.in/yaml/v2, json is encoding/json. The parser is not run here;
 * what the rules say beside its verdict follows it: refused is an error of the lint, and taken is no error, unless the entry is dead.
 */
type Verdict = 'taken' | 'refused';
type Case = [input: string, verdict: Verdict, says: string[], why: string];

/** What the rules say of the file of a ConfigMap that the policy names. */
function says(file: string): string[] {
  const model = new ClusterModel();
  model.add(new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'layouts' }, data: { 'config.yaml': file } }, 'f.yaml', 1));
  model.add(new ManifestDocument({
    apiVersion: 'nvidia.com/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'cluster-policy', annotations: { 'cdk8s-gpu/form': 'partial' } },
    spec: { migManager: { config: { name: 'layouts', default: '' } } },
  }, 'f.yaml', 2));
  return [...new Set(runRules(model).map(({ rule, severity }) => `${rule} ${severity}`))].sort();
}

/** What is dead although it is taken: errors of the lint that the parser does not share. */
const DEAD = ['MIG-002 error', 'MIG-011 error'];

function checks(cases: Case[], fileOf: (input: string) => string): void {
  test.each(cases)('%s is %s: %j (%s)', (input, verdict, expected) => {
    const said = says(fileOf(input));
    expect(said).toEqual([...expected].sort());
    const errors = said.filter(each => each.endsWith(' error'));
    if (verdict === 'refused') { expect(errors.length).toBeGreaterThan(0); } else { expect(errors.filter(each => !DEAD.includes(each))).toEqual([]); }
  });
}

const IDLE = 'mig-configs: {idle: [{devices: all, mig-enabled: false}]}';

describe('a whole file', () => {
  checks([
    ['', 'taken', ['MIG-002 error'], 'json null leaves the Spec as it is; no name can be selected'],
    ['# nothing', 'taken', ['MIG-002 error'], 'as an empty file'],
    ['~', 'taken', ['MIG-002 error'], 'as an empty file'],
    ['{}', 'refused', ['MIG-001 error', 'MIG-002 error'], 'mp spec: the version is compared even where no key is missing'],
    ['words', 'refused', ['MIG-001 error'], 'json: a string is no map'],
    ['- version: v1', 'refused', ['MIG-001 error'], 'json: a list is no map'],
    ['version: v1', 'taken', ['MIG-002 error'], 'mp spec_test: only the version is fine; no name can be selected'],
    [IDLE, 'refused', ['MIG-001 error'], 'mp spec: missing version field'],
    [`version: v1\n${IDLE}`, 'taken', [], 'the usual form'],
    [`version: "v1"\n${IDLE}`, 'taken', [], 'quotes do not matter'],
    [`version: 'v1'\n${IDLE}`, 'taken', [], 'quotes do not matter'],
    ['{"version": "v1", "mig-configs": {"idle": [{"devices": "all", "mig-enabled": false}]}}', 'taken', [], 'JSON is YAML'],
    [`version: v2\n${IDLE}`, 'refused', ['MIG-001 error'], 'mp spec: unknown version'],
    [`version: V1\n${IDLE}`, 'refused', ['MIG-001 error'], 'mp spec: the version is compared exactly'],
    [`version: v1.0\n${IDLE}`, 'refused', ['MIG-001 error'], 'mp spec: unknown version'],
    [`version: 1\n${IDLE}`, 'refused', ['MIG-001 error'], 'json: a number is no string'],
    [`version:\n${IDLE}`, 'refused', ['MIG-001 error'], 'json null leaves it empty, which is an unknown version'],
    [`Version: v1\n${IDLE}`, 'refused', ['MIG-001 error'], 'mp spec: keys of a map are compared exactly'],
    [`version: v1\nx-base: &b 1\n${IDLE}`, 'refused', ['MIG-001 error'], 'mp spec: unexpected field'],
    [`version: v1\nversion: v1\n${IDLE}`, 'taken', ['MIG-029 warning'], 'yaml: the last of two keys wins'],
    [`---\nversion: v1\n${IDLE}\n...\n`, 'taken', [], 'yaml: markers around one document'],
    ['version: v1\nmig-configs:', 'refused', ['MIG-002 error'], 'mp spec: at least one entry in mig-configs'],
    ['version: v1\nmig-configs: {}', 'refused', ['MIG-002 error'], 'mp spec_test: empty mig-configs'],
    ['version: v1\nmig-configs: []', 'refused', ['MIG-002 error'], 'json: a list is no map'],
    ['version: v1\nmig-configs: [', 'refused', ['MIG-001 error'], 'yaml: no end of the list'],
    ['version: v1\nmig-configs:\n\tidle: []', 'refused', ['MIG-001 error'], 'yaml: a tab is no indentation'],
    ['version: v1\nmig-configs: {idle: *nowhere}', 'refused', ['MIG-001 error'], 'yaml: unknown anchor'],
  ], file => file);
});

describe('a config', () => {
  checks([
    ['idle: []', 'refused', ['MIG-002 error'], 'mp spec: at least one entry in idle'],
    ['idle:', 'refused', ['MIG-002 error'], 'json null leaves the list empty'],
    ['idle: {devices: all, mig-enabled: false}', 'refused', ['MIG-002 error'], 'json: a map is no list'],
    ['idle: all', 'refused', ['MIG-002 error'], 'json: a string is no list'],
    ['a: &x [{devices: all, mig-enabled: false}]\n  b: *x', 'taken', [], 'yaml: an anchor inside mig-configs'],
    ['a: [&x {devices: all, mig-enabled: false}]\n  b: [{<<: *x}]', 'taken', [], 'yaml: a merge key'],
    ['a: [&x {devices: all}, &y {mig-enabled: false, <<: *x}]\n  b: [{<<: *x, <<: *y}]', 'refused', ['MIG-003 error'], 'mp spec: the first entry lacks mig-enabled; two merge keys are none of the faults'],
    ['a: [{devices: all, mig-enabled: false}]\n  a: [{devices: [0], mig-enabled: false}]', 'taken', ['MIG-029 warning'], 'yaml: the last of two keys wins'],
    ['off: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-030 warning'], 'yaml 1.1: a boolean, so the name is "false"'],
    ['y: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-030 warning'], 'yaml 1.1: a boolean, so the name is "true"'],
    ['"off": [{devices: all, mig-enabled: false}]', 'taken', [], 'quotes keep it'],
    ['010: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-030 warning'], 'yaml 1.1: octal, so the name is "8"'],
    ['0x10: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-030 warning'], 'yaml: hexadecimal, so the name is "16"'],
    ['1e3: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-030 warning'], 'yaml: a float, so the name is "1000"'],
    ['2024-06-01: [{devices: all, mig-enabled: false}]', 'taken', [], 'yaml resolve.go: a date stays a string'],
    ['~: [{devices: all, mig-enabled: false}]', 'refused', ['MIG-017 warning', 'MIG-030 error'], 'yaml: null is no key of a JSON map'],
    ['all-1g.10gb+me: [{devices: all, mig-enabled: false}]', 'taken', ['MIG-017 warning'], 'any string is a key; no label can be it'],
  ], config => `version: v1\nmig-configs:\n  ${config}\n`);
});

const entryFile = (entry: string) => `version: v1\nmig-configs:\n  a: [${entry}]\n`;

describe('an entry', () => {
  checks([
    ['', 'refused', ['MIG-002 error'], 'no entry'],
    ['~', 'refused', ['MIG-003 error'], 'mp spec: null has no devices'],
    ['all', 'refused', ['MIG-003 error'], 'json: a string is no map'],
    ['{}', 'refused', ['MIG-003 error'], 'mp spec: missing required field'],
    ['{mig-enabled: false}', 'refused', ['MIG-003 error'], 'mp spec_test: missing devices'],
    ['{devices: all}', 'refused', ['MIG-003 error'], 'mp spec_test: missing mig-enabled'],
    ['{devices: all, mig-enabled: false, comment: spare}', 'refused', ['MIG-003 error'], 'mp spec: unexpected field'],
    ['{Devices: all, mig-enabled: false}', 'refused', ['MIG-003 error'], 'mp spec: keys of a map are compared exactly'],
    ['{devices: all, mig_enabled: false}', 'refused', ['MIG-003 error'], 'mp spec: unexpected field'],
    ['{devices: ALL, mig-enabled: false}', 'refused', ['MIG-004 error'], 'mp spec: the only string is all'],
    ['{devices: "0", mig-enabled: false}', 'refused', ['MIG-004 error'], 'mp spec: the only string is all'],
    ['{devices: "0,1", mig-enabled: false}', 'refused', ['MIG-004 error'], 'mp spec: the only string is all'],
    ['{devices: 0, mig-enabled: false}', 'refused', ['MIG-004 error'], 'json: a number is no list'],
    ['{devices: , mig-enabled: false}', 'refused', ['MIG-004 error'], 'json null is the empty string, which is not all'],
    ['{devices: {}, mig-enabled: false}', 'refused', ['MIG-004 error'], 'mp spec_test: neither string nor list'],
    ['{devices: ["0"], mig-enabled: false}', 'refused', ['MIG-004 error'], 'json: a string is no int'],
    ['{devices: [all], mig-enabled: false}', 'refused', ['MIG-004 error'], 'json: a string is no int'],
    ['{devices: [0.5], mig-enabled: false}', 'refused', ['MIG-004 error'], 'json: a fraction is no int'],
    ['{devices: [true], mig-enabled: false}', 'refused', ['MIG-004 error'], 'json: a boolean is no int'],
    ['{devices: [1.0, 0x2, 1e0], mig-enabled: false}', 'taken', ['MIG-005 warning', 'MIG-015 warning'], 'yaml: whole numbers in any form; 1 is listed twice, and 0 never'],
    ['{devices: [~], mig-enabled: false}', 'taken', ['MIG-005 warning'], 'json null leaves the int 0'],
    ['{devices: [], mig-enabled: false}', 'taken', ['MIG-005 warning'], 'mp helpers: matches nothing'],
    ['{devices: [-1], mig-enabled: false}', 'taken', ['MIG-005 warning'], 'mp helpers: matches nothing'],
    ['{devices: all, mig-enabled: }', 'taken', ['MIG-028 warning'], 'json null leaves the bool false'],
    ['{devices: all, mig-enabled: off}', 'taken', [], 'yaml 1.1: a boolean'],
    ['{devices: all, mig-enabled: "false"}', 'refused', ['MIG-028 error'], 'json: a string is no bool'],
    ['{devices: all, mig-enabled: 0}', 'refused', ['MIG-028 error'], 'json: a number is no bool'],
    ['{devices: all, mig-enabled: true}', 'refused', ['MIG-006 error'], 'mp spec: missing mig-devices'],
    ['{devices: all, mig-enabled: true, mig-devices: }', 'refused', ['MIG-006 error'], 'json null leaves no map'],
    ['{devices: all, mig-enabled: true, mig-devices: {}}', 'taken', [], 'MIG mode without a device'],
    ['{devices: all, mig-enabled: yes, mig-devices: {1g.10gb: 7}}', 'taken', [], 'yaml 1.1: a boolean'],
    ['{devices: all, mig-enabled: false, mig-devices: {}}', 'taken', [], 'mp spec: an empty map is none'],
    ['{devices: all, mig-enabled: false, mig-devices: }', 'taken', [], 'mp spec: null is none'],
    ['{devices: all, mig-enabled: false, mig-devices: {1g.10gb: 7}}', 'refused', ['MIG-006 error'], 'mp spec: devices although disabled'],
    ['{devices: all, mig-enabled: , mig-devices: {1g.10gb: 7}}', 'refused', ['MIG-006 error', 'MIG-028 warning'], 'null is false'],
    ['{devices: all, mig-enabled: false, mig-devices: []}', 'refused', ['MIG-006 error'], 'json: a list is no map'],
    ['{devices: all, mig-enabled: true, mig-devices: [1g.10gb]}', 'refused', ['MIG-006 error'], 'json: a list is no map'],
  ], entryFile);
});

describe('profiles and counts', () => {
  checks([
    ['1g.10gb: 7', 'taken', [], 'the usual form'],
    ['"1g.10gb": 7', 'taken', [], 'quotes do not matter'],
    ['1g.10gb: 7.0', 'taken', [], 'yaml: a whole float is written as an int'],
    ['1g.10gb: "7"', 'refused', ['MIG-007 error'], 'json: a string is no int'],
    ['1g.10gb: 1.5', 'refused', ['MIG-007 error'], 'json: a fraction is no int'],
    ['1g.10gb: -1', 'refused', ['MIG-007 error'], 'mp config: invalid count'],
    ['1g.10gb: true', 'refused', ['MIG-007 error'], 'json: a boolean is no int'],
    ['1g.10gb: [7]', 'refused', ['MIG-007 error'], 'json: a list is no int'],
    ['1g.10gb: 0', 'refused', ['MIG-007 error'], 'mp config: all counts are 0'],
    ['1g.10gb: ', 'refused', ['MIG-007 error'], 'json null leaves the int 0'],
    ['1g.10gb: 2, 2g.20gb: 0', 'taken', ['MIG-008 warning'], 'mp config: skipped, and never equal'],
    ['1g.10gb: 2, 1g.10gb: 5', 'taken', ['MIG-029 warning'], 'yaml: the last of two keys wins'],
    ['1c.1g.10gb: 7', 'taken', ['MIG-009 warning'], 'nv: c equals g; read back without it'],
    ['01g.10gb: 7', 'taken', ['MIG-009 warning'], 'nv: Atoi takes a leading zero'],
    ['1c.3g.40gb: 3', 'taken', [], 'nv: a compute instance'],
    ['5g.40gb: 1', 'taken', ['MIG-025 warning'], 'nv: any number of slices has the form; no board has it'],
    ['0g.0gb: 100', 'taken', ['MIG-025 warning'], 'mp spec_test: valid form, no such device'],
    ['99999999999999999999g.10gb: 1', 'refused', ['MIG-010 error'], 'nv: Atoi overflows'],
    ['1g.10gb.me: 1', 'refused', ['MIG-010 error'], 'nv: three fields begin with c'],
    ['1G.10GB: 7', 'refused', ['MIG-010 error'], 'nv: units are in lower case'],
    ['"1g. 10gb": 7', 'refused', ['MIG-010 error'], 'nv: spaces'],
    ['mig-1g.10gb: 7', 'refused', ['MIG-010 error'], 'nv: the sign splits it, and mig is no field'],
    ['nvidia.com/mig-1g.10gb: 7', 'refused', ['MIG-010 error'], 'nv: a resource is no profile'],
    ['"": 7', 'refused', ['MIG-010 error'], 'nv: the empty string'],
    ['1g: 7', 'refused', ['MIG-010 error'], 'nv: one field'],
    ['1g.10gb+me: 1', 'taken', [], 'nv: an attribute'],
    ['1g.24gb+me.all: 1', 'taken', [], 'nv: a dot inside an attribute'],
    ['1g.24gb-me: 1', 'taken', [], 'nv: an attribute that is taken away'],
    ['1g.10gb+me,me: 1', 'refused', ['MIG-010 error'], 'nv: an attribute twice'],
    ['1g.10gb+me-gfx: 1', 'refused', ['MIG-010 error'], 'nv: both signs'],
    ['1g.10gb+: 1', 'refused', ['MIG-010 error'], 'nv: an empty attribute'],
    ['1g.10gb+1me: 1', 'refused', ['MIG-010 error'], 'nv: an attribute that begins with a digit'],
    ['1g.10gb+.me: 1', 'refused', ['MIG-010 error'], 'nv: an attribute that begins with a dot'],
    ['1g.10gb+me.: 1', 'refused', ['MIG-010 error'], 'nv: an attribute that ends in a dot'],
    ['1g.10gb+m_e: 1', 'refused', ['MIG-010 error'], 'nv: neither letter nor digit'],
  ], profiles => entryFile(`{devices: all, mig-enabled: true, mig-devices: {${profiles.includes(',me') ? profiles.replace(/^[^:]+/, '"$&"') : profiles}}}`));
});

describe('a device-filter', () => {
  checks([
    ['"0x20B210DE"', 'taken', [], 'device, then vendor'],
    ['"0x20b210de"', 'taken', [], 'device: case does not matter'],
    ['"0X20B210DE"', 'taken', [], 'device: ParseUint takes a capital X'],
    ['"0x20B2_10DE"', 'taken', [], 'device: ParseUint takes underscores with base 0'],
    ['"548540638"', 'taken', [], 'device: a decimal number'],
    ['["0x20B210DE", "0x20B510DE"]', 'taken', [], 'a list'],
    ['"0x2BB310DE:0x227A10DE"', 'taken', [], 'device: a subsystem'],
    ['"0x2BB310DE:0x227A103C"', 'taken', [], 'device: a subsystem of another vendor'],
    ['0x20B210DE', 'refused', ['MIG-011 error'], 'json: a number is no string'],
    ['[0x20B210DE]', 'refused', ['MIG-011 error'], 'json: a number is no string'],
    ['{a: b}', 'refused', ['MIG-011 error'], 'json: a map is no string'],
    ['true', 'refused', ['MIG-011 error'], 'json: a boolean is no string'],
    ['A100-SXM4-40GB', 'taken', ['MIG-011 error'], 'device: no number, and the error is dropped'],
    ['"0x10DE20B2"', 'taken', ['MIG-011 error'], 'device: the vendor is 20B2'],
    ['"20B210DE"', 'taken', ['MIG-011 error'], 'device: no prefix, so no number'],
    ['"0x20B2"', 'taken', ['MIG-011 error'], 'device: the device is 0'],
    ['" 0x20B210DE"', 'taken', ['MIG-011 error'], 'device: a space is no digit'],
    ['"0x120B210DE"', 'taken', ['MIG-011 error'], 'device: more than 32 bits'],
    ['"0x20B210DE:"', 'taken', ['MIG-011 error'], 'device: an empty subsystem'],
    ['"12345"', 'taken', ['MIG-011 error'], 'device: of no vendor'],
    ['""', 'taken', ['MIG-012 warning'], 'helpers: matches every GPU'],
    ['', 'taken', ['MIG-012 warning'], 'json null is the empty string'],
    ['[]', 'taken', ['MIG-012 warning'], 'helpers: matches every GPU'],
    ['[""]', 'taken', ['MIG-011 error'], 'helpers: an empty string in a list matches none'],
    ['[~]', 'taken', ['MIG-011 error'], 'json null is the empty string'],
  ], filter => entryFile(`{device-filter: ${filter}, devices: all, mig-enabled: false}`));
});
