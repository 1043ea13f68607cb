import { Gpu, GpuLayout, MigProfileName, placeLayout } from '../../src/hardware';

describe('a layout as text', () => {
  test.each([
    ['whole', {}], [' whole ', {}], ['3g.40gb=2', { '3g.40gb': 2 }], ['3g.40gb', { '3g.40gb': 1 }], [' 3g.40gb = 2 , 1g.10gb ,', { '1g.10gb': 1, '3g.40gb': 2 }],
  ])('"%s" is read', (text, profiles) => {
    expect(GpuLayout.parse(text).profiles).toEqual(profiles);
  });

  test.each([
    ['3g.40gb=2=1', '"3g.40gb=2=1" is not profile=count, as in "3g.40gb=2"'],
    ['3g.40gb=x', '"3g.40gb=x" is not profile=count'],
    ['3g.40gb=', '"3g.40gb=" is not profile=count'],
    ['1g.10gb, 1g.10gb =2', 'profile 1g.10gb is given twice in "1g.10gb, 1g.10gb =2"'],
  ])('"%s" is refused', (text, message) => {
    expect(() => GpuLayout.parse(text)).toThrow(message);
  });

  test('counts its instances', () => {
    expect(GpuLayout.parse('3g.40gb=1,1g.10gb=4').total).toBe(5);
    expect(GpuLayout.whole().total).toBe(0);
  });
});

describe('a name that mig-parted takes', () => {
  test.each(['1g.10gb', '5g.40gb', '9g.1gb', '1c.5g.40gb', '1g.10gb+me,gfx', `${2n ** 63n - 1n}g.1gb`])('%s is one', name => {
    expect(MigProfileName._isWellFormed(name)).toBe(true);
  });
  test.each(['x', '', '1g.10gb+me,me', `${2n ** 63n}g.1gb`, `${2n ** 63n}c.1g.1gb`, `1g.${2n ** 63n}gb`])('%s is none', name => {
    expect(MigProfileName._isWellFormed(name)).toBe(false);
  });
  test('has its attributes and prints itself', () => {
    const name = MigProfileName.parse('1g.10gb+me,gfx');
    expect([name.attributes, MigProfileName.parse('1g.10gb').attributes]).toEqual([['me', 'gfx'], []]);
    expect(String(name)).toBe(name.canonical);
  });
  test.each([
    ['nvidia.com/mig-1g.10gb', 'did you mean "1g.10gb"?'], ['1G.10GB', 'did you mean "1g.10gb"?'], ['1g.10gb.me', 'did you mean "1g.10gb+me"?'],
    ['nonsense', 'it looks like "1g.10gb"'], ['5g.40gb', 'it looks like "1g.10gb"'], ['NONSENSE', 'it looks like "1g.10gb"'],
  ])('"%s" is not, and its message says: %s', (text, hint) => {
    expect(() => MigProfileName.parse(text)).toThrow(`"${text}" is not a MIG profile name; ${hint}`);
  });
});

describe('a board is looked up', () => {
  test.each([
    ['h200-sxm5', 'h200'], ['a100 40gb', 'a100-'], ['NVIDIA-L40S', 'l40s, '],
  ])('by an id that there is not, and the nearest is first: %s', (id, first) => {
    expect(() => Gpu.of(id)).toThrow(new RegExp(`^no board "${id}" in the catalogue; near: ${first}`));
  });

  test('by a PCI id alone, or with the id of the subsystem that it has', () => {
    for (const gpu of Gpu.all()) {
      for (const device of gpu.pciDeviceIds) {
        expect(Gpu.findByPciDeviceId(device)!.pciDeviceIds).toContain(device);
        for (const subsystem of gpu.pciSubsystemIds) { expect(Gpu.findByPciDeviceId(`${device}:${subsystem}`)!.id).toBe(gpu.id); }
      }
    }
    expect(Gpu.findByPciDeviceId('0x000010DE')).toBeUndefined();
  });

  test('with all names that the driver has for it, of which no caller can change one', () => {
    for (const gpu of Gpu.all()) {
      const names = [...gpu.nvmlProductNames];
      gpu.nvmlProductNames.push('mine');
      expect(gpu.nvmlProductNames).toEqual(names);
    }
    expect(Gpu.all().flatMap(gpu => gpu.nvmlProductNames).length).toBeGreaterThan(0);
  });

  test('with MPS from compute capability 7.0 on, where that is known', () => {
    const able = Gpu.all().filter(gpu => gpu.supportsMps);
    expect(able.every(gpu => Number(gpu.computeCapability) >= 7)).toBe(true);
    expect(Gpu.fromProductLabel('NVIDIA-H200').supportsMps).toBe(true);
    expect(Gpu.fromProductLabel('Tesla-V100-SXM2-16GB').supportsMps).toBe(true);
    expect(Gpu.all().filter(gpu => !gpu.supportsMps).map(gpu => gpu.id).sort()).toEqual(['gb10']); // nobody has said so of it
  });

  test('for a profile that it has not, and the one that is meant is named', () => {
    const h200 = Gpu.fromProductLabel('NVIDIA-H200');
    expect(() => h200.profile('3g.40gb')).toThrow('has no MIG profile 3g.40gb; its 3-slice profile is called 3g.71gb; it has 1g.18gb');
    expect(() => h200.profile('1g.10gb+me')).toThrow('its 1-slice profile is called 1g.18gb+me;');
    expect(() => h200.profile('1c.3g.40gb')).toThrow('has no MIG profile 1c.3g.40gb; it has 1g.18gb');
    expect(() => Gpu.fromProductLabel('NVIDIA-L40S').profile('1g.10gb')).toThrow('has no MIG profile 1g.10gb: the board cannot do MIG');
  });
});

test('a layout that holds nothing but the whole board has no faults and nothing to create', () => {
  expect(Gpu.fromProductLabel('NVIDIA-H200').checkLayout(GpuLayout.whole())).toMatchObject({ valid: true, reasons: [], warnings: [], creationOrder: [] });
});

test('instances are created from the largest in compute, then in memory, then by name', () => {
  const { creationOrder } = Gpu.fromProductLabel('NVIDIA-A100-SXM4-80GB').checkLayout(GpuLayout.parse('1g.10gb=1,1g.10gb+me=1,1g.20gb=1,3g.40gb=1'));
  expect(creationOrder).toEqual(['3g.40gb', '1g.20gb', '1g.10gb', '1g.10gb+me']);
});

test('placements are in the order of their start', () => {
  const placed = placeLayout(Gpu.fromProductLabel('NVIDIA-A100-SXM4-80GB'), GpuLayout.parse('3g.40gb=1,2g.20gb=1,1g.10gb=1'));
  const starts = placed!.instances.map(({ placement }) => placement.start);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
});
