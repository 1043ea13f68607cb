import * as fc from 'fast-check';
import { Gpu, MigProfileName } from '../../src/hardware';

test.each([
  ['1g.10gb', 'nvidia.com/mig-1g.10gb'],
  ['1g.10gb+me', 'nvidia.com/mig-1g.10gb.me'],
  ['1g.24gb-me', 'nvidia.com/mig-1g.24gb-me'],
  ['1g.24gb+me.all', 'nvidia.com/mig-1g.24gb.me.all'],
  ['1c.3g.40gb', 'nvidia.com/mig-1c.3g.40gb'],
])('%s is the resource %s', (name, resource) => {
  expect(MigProfileName.parse(name).resourceName).toBe(resource);
});

test.each(['01g.10gb', '1c.1g.10gb'])('%s is read, and written as the driver prints it', name => {
  expect(MigProfileName.parse(name).canonical).toBe('1g.10gb');
});

test.each(['1g.10gb.me', '1g.10GB', 'mig-1g.10gb', '1g.10gb+me-gfx', '1g.10gb+1me', '1g.10gb+me.', '5g.40gb', '1g.10gb+me,me', '', '1g'])(
  '"%s" is not a profile name', name => {
    expect(MigProfileName.find(name)).toBeUndefined();
  });

test('every profile of the catalogue is canonical and gives its resource name', () => {
  for (const profile of Gpu.all().flatMap(gpu => gpu.profiles)) {
    expect(MigProfileName.parse(profile.name).canonical).toBe(profile.name);
  }
});

test('what it prints, it reads', () => {
  const slices = fc.constantFrom(1, 2, 3, 4, 6, 7, 8);
  const attributes = fc.uniqueArray(fc.constantFrom('me', 'gfx', 'me.all'), { maxLength: 3 });
  fc.assert(fc.property(slices, slices, fc.integer({ min: 1, max: 999 }), attributes, fc.boolean(), (c, g, gb, names, negative) => {
    const text = `${c === g ? '' : `${c}c.`}${g}g.${gb}gb${names.length === 0 ? '' : (negative ? '-' : '+') + names.join(',')}`;
    expect(MigProfileName.parse(text).canonical).toBe(text);
  }));
});

test('never crashes, whatever it is given', () => {
  fc.assert(fc.property(fc.string(), text => {
    MigProfileName.find(text);
  }));
});
