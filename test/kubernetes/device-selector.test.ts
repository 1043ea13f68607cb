import { celEnv, parse, plan } from '@bufbuild/cel';
import * as fc from 'fast-check';
import { DeviceFacts, deviceSelector } from '../../src/kubernetes';

const DRIVER = 'gpu.nvidia.com';
const device = (more: Partial<DeviceFacts> = {}): DeviceFacts => ({
  driver: DRIVER,
  attributes: new Map<string, string | boolean | number | { version: string }>([
    [`${DRIVER}/type`, 'mig'], [`${DRIVER}/profile`, '3g.40gb'], [`${DRIVER}/healthy`, true], [`${DRIVER}/module`, 3],
    [`${DRIVER}/driverVersion`, { version: '580.95.5' }], ['resource.kubernetes.io/pcieRoot', 'pci0000:01'],
  ]),
  capacity: new Map([[`${DRIVER}/memory`, 40 * 1024 ** 3]]),
  allowMultipleAllocations: false,
  isPartlyKnown: false,
  ...more,
});
const own = `device.attributes['${DRIVER}']`;
const select = (expression: string, more: Partial<DeviceFacts> = {}) => deviceSelector(expression)(device(more));

test.each<[string, boolean | undefined]>([
  [`device.driver == "${DRIVER}" && ${own}.type == 'mig'`, true],
  [`${own}.profile in ['1g.10gb', '3g.40gb']`, true],
  [`${own}["profile"].startsWith('3g.')`, true],
  [`${own}.profile.matches('^[13]g')`, undefined],
  [`${own}.profile.matches('^3g[.]40')`, undefined],
  [`${own}.profile.matches('^3g.*gb$')`, true],
  [`${own}.profile.lowerAscii().endsWith('80gb')`, false],
  [`${own}.healthy`, true],
  [`!${own}.healthy || ${own}.module > 2`, true],
  [`${own}.module + 1 == 4`, true],
  [`${own}.driverVersion.compareTo(semver('580.100.0')) < 0`, true],
  [`${own}.driverVersion.isGreaterThan(semver('570.0.0'))`, true],
  [`device.capacity['${DRIVER}'].memory.compareTo(quantity('40Gi')) >= 0`, true],
  [`device.capacity['${DRIVER}'].memory.isLessThan(quantity('40Gi'))`, false],
  ['device.allowMultipleAllocations', false],
  [`has(${own}.uuid)`, false],
  [`'profile' in ${own}`, true],
  [`${own}.?uuid.orValue('none') == 'none'`, true],
  ['device.attributes[?\'other.example.com\'].?uuid.hasValue()', false],
  ["device.attributes['resource.kubernetes.io'].pcieRoot == 'pci0000:01' ? true : false", true],
  ["device.attributes['other.example.com'].x == 'y'", undefined],
  [`${own}.uuid == 'a'`, undefined],
  [`false && ${own}.uuid == 'a'`, false],
  [`${own}.uuid == 'a' && false`, false],
  [`${own}.uuid == 'a' || true`, true],
  [`${own}.uuid == 'a' || false`, undefined],
  [`${own}.profile`, undefined],
  [`${own}.profile == `, undefined],
  [`${own}.driverVersion == '580.95.5'`, undefined],
  ["device.attributes.exists(each, each == 'x')", undefined],
  ['r\'\\d\' == "\\\\d"', true],
  ["'a\\x41' == 'aA'", undefined],
  [`// a comment\n${own}.type /* none */ == 'mig'`, undefined],
  [`${own}.type // a comment\n == 'mig'`, true],
])('%s', (expression, selected) => {
  expect(select(expression)).toBe(selected);
});

test('of a device that is known in parts, what is missing is not known to be missing', () => {
  const isPartlyKnown = true;
  expect(select(`has(${own}.uuid)`, { isPartlyKnown })).toBeUndefined();
  expect(select(`'uuid' in ${own}`, { isPartlyKnown })).toBeUndefined();
  expect(select(`${own}.?uuid.orValue('none') == 'none'`, { isPartlyKnown })).toBeUndefined();
  expect(select('device.allowMultipleAllocations', { isPartlyKnown })).toBeUndefined();
  expect(select(`has(${own}.uuid) && ${own}.type == 'gpu'`, { isPartlyKnown })).toBe(false);
});

test('an expression that is too long, or too deep, selects nobody knows what', () => {
  expect(select(`true || ${' '.repeat(10 * 1024)}true`)).toBeUndefined();
  expect(select(`${'('.repeat(5000)}true${')'.repeat(5000)}`)).toBeUndefined();
  expect(select(`${'!'.repeat(5000)}true`)).toBeUndefined();
});

test('random expressions mean what a library of CEL makes of them, where it makes something of them', () => {
  const atom = fc.constantFrom('true', 'false', `${own}.type == 'mig'`, `${own}.profile != "3g.40gb"`, `${own}.module >= 3`, `${own}.uuid == 'a'`,
    `has(${own}.uuid)`, `${own}.healthy`, `'profile' in ${own}`, `${own}.module in [1, 2]`);
  const { expression } = fc.letrec<{ expression: string }>(tie => ({
    expression: fc.oneof({ depthSize: 'small' }, atom,
      fc.tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
      tie('expression').map(each => `!(${each})`),
      fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`)),
  }));
  const shown = { driver: DRIVER, attributes: { [DRIVER]: { type: 'mig', profile: '3g.40gb', healthy: true, module: 3n } }, capacity: {} };
  fc.assert(fc.property(expression, text => {
    const value = plan(celEnv(), parse(text))({ device: shown });
    expect({ text, value: select(text) }).toEqual({ text, value: typeof value === 'boolean' ? value : undefined });
  }), { numRuns: 300 });
});
