import { Gpu, GpuFigureStatus, GpuLayout, MigProfileName } from '../../src/hardware';

test('the catalogue has boards with MIG and boards without, each id once', () => {
  expect(new Set(Gpu.all().map(gpu => gpu.migCapable)).size).toBe(2);
  expect(new Set(Gpu.all().map(gpu => gpu.id)).size).toBe(Gpu.all().length);
});

test('every board has a static member of its own', () => {
  const members = new Set(Object.values(Gpu).filter(value => value instanceof Gpu));
  expect(Gpu.all().filter(gpu => !members.has(gpu))).toEqual([]);
});

test('a label finds its board whatever suffix the operator put on it', () => {
  for (const label of ['NVIDIA-A100-SXM4-80GB', 'A100-SXM4-80GB', 'NVIDIA-A100-SXM4-80GB-SHARED', 'NVIDIA-A100-SXM4-80GB-MIG-3g.40gb',
    'NVIDIA-A100-SXM4-80GB-MIG-1g.10gb-SHARED']) {
    expect(Gpu.fromProductLabel(label)).toBe(Gpu.A100_SXM4_80GB);
  }
});

test('every product label but the shared GB300 finds the board that has it', () => {
  for (const gpu of Gpu.all().filter(each => each !== Gpu.GB300_STATION_252GB)) {
    for (const label of gpu.productLabels) { expect(Gpu.fromProductLabel(label)).toBe(gpu); }
  }
});

test('an unknown label is refused with boards of similar name', () => {
  expect(() => Gpu.fromProductLabel('NVIDIA-H100-SXM4-80GB')).toThrow(/no board has the product label "NVIDIA-H100-SXM4-80GB"; near: .*NVIDIA-H100-80GB-HBM3/);
});

test('a PCI id finds its board in any case, and a reversed one is told so', () => {
  expect(Gpu.fromPciDeviceId('0x233510de')).toBe(Gpu.H200_SXM_141GB);
  expect(() => Gpu.fromPciDeviceId('0x10DE2335')).toThrow('the device comes first: 0x233510DE');
});

test('A2 and A16 share a PCI id and are told apart by the subsystem', () => {
  expect(Gpu.fromPciDeviceId('0x25B610DE:0x14A910DE')).toBe(Gpu.A16);
  expect(Gpu.fromPciDeviceId('0x25B610DE:0x157E10DE')).toBe(Gpu.A2);
});

test('slice names are not sizes', () => {
  expect(Gpu.H200_SXM_141GB.profile('1g.18gb').memoryMib).toBe(16384);
  expect(Gpu.A100_SXM4_80GB.profile('3g.40gb').memoryMib).toBe(40192);
  expect(Gpu.B200_180GB.profile('1g.23gb')).toMatchObject({ memoryMib: 20992, memoryStatus: GpuFigureStatus.CONFLICT });
});

test('an unknown figure stays unknown', () => {
  expect(Gpu.B300_269GB.profile('1g.34gb')).toMatchObject({ memoryMib: undefined, memoryStatus: GpuFigureStatus.UNKNOWN });
  expect(Gpu.H200_NVL_141GB.profile('7g.141gb').memoryMib).toBeUndefined();
  expect(Gpu.RTX_PRO_5000_48GB.profile('1g.24gb').placements).toBeUndefined();
});

test('memory, where known, is a positive number of MiB below the board\'s total', () => {
  for (const gpu of Gpu.all()) {
    for (const profile of gpu.profiles) {
      if (profile.memoryMib === undefined) { continue; }
      expect(profile.memoryMib).toBeGreaterThan(0);
      expect(profile.memoryMib).toBeLessThan(gpu.totalMib ?? Infinity);
    }
  }
});

// go-nvlib pkg/nvlib/device/mig_profile.go: the GB of a name is computed from the memory of the profile and of the board
test('the name of every profile follows from its memory by the driver library\'s formula', () => {
  const checked: string[] = [];
  for (const gpu of Gpu.all()) {
    if (gpu.totalMib === undefined) { continue; }
    for (const profile of gpu.profiles) {
      if (profile.memoryMib === undefined) { continue; }
      const gb = Math.round(Math.ceil(8 * profile.memoryMib / gpu.totalMib) / 8 * Math.ceil(gpu.totalMib / 1024));
      expect(`${profile.name} of ${gpu.id}: ${gb}`).toBe(`${profile.name} of ${gpu.id}: ${MigProfileName.parse(profile.name).memoryGb}`);
      checked.push(profile.name);
    }
  }
  expect(checked.length).toBeGreaterThan(80);
});

test('MPS takes 48 clients from compute capability 7.5 and 16 below', () => {
  expect([Gpu.H100_SXM5_80GB, Gpu.T4, Gpu.V100_SXM2_32GB].map(gpu => gpu.maxMpsReplicas)).toEqual([48, 48, 16]);
});

test('changing a list that was handed out changes nothing', () => {
  Gpu.H100_SXM5_80GB.profiles.pop();
  Gpu.H100_SXM5_80GB.productLabels.push('other');
  expect(Gpu.H100_SXM5_80GB.profiles).toHaveLength(7);
  expect(Gpu.H100_SXM5_80GB.productLabels).toEqual(['NVIDIA-H100-80GB-HBM3']);
});

describe('GpuLayout', () => {
  test('reads back what it prints', () => {
    const layout = GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 4 });
    expect(layout.toString()).toBe('1g.10gb=4,3g.40gb=1');
    expect(GpuLayout.parse(layout.toString())).toEqual(layout);
    expect(GpuLayout.parse('whole').isWhole).toBe(true);
  });

  test.each([
    [{ '3g.40gb': 0 }, /count 0.*MIG-007, MIG-008/],
    [{ '3g.40gb': 1.5 }, /count 1.5/],
    [{ '1c.1g.10gb': 1 }, /"1c.1g.10gb" is written "1g.10gb".*MIG-009/],
    [{ '1g.10gb.me': 1 }, /"1g.10gb.me" is not a MIG profile name; did you mean "1g.10gb\+me"\? \[MIG-010\]/],
    [{ '1G.10GB': 1 }, /did you mean "1g.10gb"/],
    [{}, /at least one profile/],
    ['3g.40gb=2', /^GpuLayout\.of takes an object such as \{ '3g\.40gb': 2 \}; GpuLayout\.parse reads a text, as "3g\.40gb=2"$/],
  ])('refuses %j', (profiles, message) => {
    expect(() => GpuLayout.of(profiles as Record<string, number>)).toThrow(message as RegExp);
  });

  test('refuses a text with a colon in the place of the equals sign', () => {
    expect(() => GpuLayout.parse('1g.10gb=1,3g.40gb:2')).toThrow('"3g.40gb:2" is not profile=count, as in "3g.40gb=2"');
  });
});
