import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { ClusterModel, deviceFiltersOf, ManifestDocument } from '../../src/cluster';
import { runRules } from '../../src/rules';

interface Entry { readonly 'devices': unknown; readonly 'mig-enabled': boolean; readonly 'device-filter'?: string | string[] }

function overlaps(entries: readonly Entry[]): string[] {
  const model = new ClusterModel();
  const file = stringify({ 'version': 'v1', 'mig-configs': { slices: entries } }, { aliasDuplicateObjects: false });
  model.add(new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'layouts' }, data: { 'config.yaml': file } }, 'f.yaml', 1));
  return runRules(model).filter(({ rule }) => rule === 'MIG-026' || rule === 'MIG-027')
    .map(({ rule, path }) => `${rule} ${path.split('.').at(-1)}`).sort();
}

/** The same by looking at every pair, as mig-parted's own words have it (api/spec/v1/helpers.go, pkg/types/device.go). */
function byPairs(entries: readonly Entry[]): string[] {
  const meet = (a: Entry, b: Entry) => {
    const [ofA, ofB] = [deviceFiltersOf(a), deviceFiltersOf(b)].map(filters => filters.map(each => each.split(':')));
    const alike = ofA.some(([device, part]) => ofB.some(([other, its]) =>
      device === other && (part === undefined || its === undefined || part === its)));
    if (ofA.length > 0 && ofB.length > 0 && !alike) { return false; }
    return a.devices === 'all' || b.devices === 'all' || (a.devices as unknown[]).some(each => (b.devices as unknown[]).includes(each));
  };
  return entries.flatMap((later, index) => {
    const before = entries.slice(0, index).filter(each => meet(each, later)).map(each => each['mig-enabled']);
    return [
      ...before.includes(!later['mig-enabled']) ? [`MIG-026 ${index}`] : [],
      ...before.includes(later['mig-enabled']) ? [`MIG-027 ${index}`] : [],
    ];
  }).sort();
}

const FILTERS = ['0x20B210DE', '0x2BB310DE', '0x2BB310DE:0x227A10DE', '0x2BB310DE:0x204E10DE', 'nonsense'];
const entry = fc.record({
  'devices': fc.oneof(fc.constant('all'), fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })),
  'mig-enabled': fc.boolean(),
  'device-filter': fc.oneof(fc.constant(undefined), fc.constantFrom(...FILTERS), fc.uniqueArray(fc.constantFrom(...FILTERS), { maxLength: 3 })),
}).map((each): Entry => (each['device-filter'] === undefined ? { 'devices': each.devices, 'mig-enabled': each['mig-enabled'] } : each as Entry));

test('the entries that overlap are those that looking at every pair finds, each once', () => {
  fc.assert(fc.property(fc.array(entry, { maxLength: 8 }), entries => {
    expect(overlaps(entries)).toEqual(byPairs(entries));
  }), { numRuns: 300 });
});

test('entries with more devices and boards than anybody lists are compared too', () => {
  const many = Array.from({ length: 120 }, (_, index) => index);
  const boards = Array.from({ length: 120 }, (_, index) => `0x${(0x2000 + index).toString(16)}10DE`);
  const wide = (enabled: boolean): Entry => ({ 'devices': many, 'mig-enabled': enabled, 'device-filter': boards });
  const one: Entry = { 'devices': [119], 'mig-enabled': true, 'device-filter': boards[119] };
  expect(overlaps([wide(true), wide(false), one])).toEqual(['MIG-026 1', 'MIG-026 2', 'MIG-027 2']);
  expect(overlaps([wide(true), { ...one, devices: [120] }, { ...one, 'device-filter': '0x30B210DE' }])).toEqual([]);
  expect(overlaps([one, wide(true)])).toEqual(['MIG-027 1']);
});

test('20,000 entries that all overlap are one finding each', () => {
  const entries = Array.from({ length: 20_000 }, (): Entry => ({ 'devices': 'all', 'mig-enabled': false }));
  expect(overlaps(entries)).toHaveLength(19_999);
});
