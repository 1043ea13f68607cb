import { celFault, deviceReferences } from '../../src/rules/values/cel-expression';

const A = 'device.attributes[\'gpu.nvidia.com\']';

test.each([
  `device.driver == 'gpu.nvidia.com' && ${A}.type == 'mig' && ${A}.profile == '1g.12gb'`,
  `${A}.architecture == 'Hopper' && device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('79Gi')) >= 0`,
  'device.capacity["gpu.nvidia.com"].memory.isGreaterThan(quantity("40Gi"))',
  `has(${A}.addressingMode) ? true : false`,
  'device.attributes[\'resource.kubernetes.io\'].?numaNode.orValue(-1) == 0',
  `${A}.profile in ['1g.10gb', "1g.20gb"]`,
  `['1g.10gb', '2g.20gb'].exists(p, ${A}.profile == p)`,
  `cel.bind(gpu, ${A}, gpu.type == 'gpu')`,
  `(!(${A}.architecture == 'Ampere'))`,
  `!${A}.productName.lowerAscii().matches('^.*(t4|l4)$')`,
  `${A}.cudaComputeCapability.isGreaterThan(semver("9.0.0")) // from Hopper on`,
  // compiled by k8s.io/dynamic-resource-allocation@v0.37.2
  'device.driver == """gpu.nvidia.com""" || device.driver == \'\'\'a\nb\'\'\'',
  'device.driver == r"gpu\\"',
  'size(device.driver) > .5',
  'device.attributes[\'gpu.nvidia.com\'].`type` == \'gpu\'',
  'google.protobuf.Timestamp{seconds: 1} == timestamp(\'1970-01-01T00:00:01Z\')',
  'device.driver.split(\'.\')[0] == \'gpu\'',
  'true',
  '-1 < 2u && 0x1F > 1.5e3',
])('%s is CEL', expression => {
  expect(celFault(expression)).toBeUndefined();
});

test.each([
  ['device.driver = \'x\'', /= /],
  ['(device.driver == \'x\'', /"\(" is not closed/],
  ['device.driver == \'x\')', /"\)" closes nothing/],
  ['device.drivr == \'x\'', /device has no drivr/],
  ['devices.driver == \'x\'', /devices is unknown/],
  ['device.driver == \'x\' and true', /and is unknown/],
  ['device.driver == \'x', /no CEL/],
  ['device.driver ==', /ends with ==/],
  ['device.driver == \'x\' true', /no operator between/],
  ['', /empty/],
])('%s is none, with the reason', (expression, reason) => {
  expect(celFault(expression)).toMatch(reason);
});

test('references know their domain, whether they are guarded, and what is done with them', () => {
  const [guard, read, capacity] = deviceReferences(`has(${A}.uuid) && ${A}.uuid == 'GPU-1' && device.capacity["gpu.nvidia.com"].memory >= 40`);
  expect([guard.guarded, read.guarded, capacity.guarded]).toEqual([true, true, false]);
  expect(read).toMatchObject({ map: 'attributes', domain: 'gpu.nvidia.com', name: 'uuid', use: '== \'GPU-1\'' });
  expect(capacity).toMatchObject({ map: 'capacity', name: 'memory', use: '>= 40' });
});
