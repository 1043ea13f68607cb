import { shippedDevicesOf } from '../../src/cluster';
import { Gpu, GpuLayout, MigProfileName } from '../../src/hardware';
import { SHIPPED_MIG_CONFIGS } from '../rules/shipped-mig-configs';

/** What the shipped list makes of each GPU of a board: the entries whose filter names it, or that have none. */
function listed(config: string, gpu: Gpu): Record<string, number> | undefined {
  const entries = SHIPPED_MIG_CONFIGS.find(([name]) => name === config)![1];
  const mine = entries.filter(([filters]) => filters === null || filters.some(id => Gpu.findByPciDeviceId(id)?.id === gpu.id));
  return mine.at(-1)?.[3] ?? undefined;
}

const CUT = SHIPPED_MIG_CONFIGS.map(([name]) => name).filter(name => !['all-disabled', 'all-enabled'].includes(name));

/** The list is older than boards of two slices, which cannot be cut as it says. */
function canBeCut(gpu: Gpu, devices: Record<string, number> | undefined): boolean {
  return devices !== undefined && gpu.checkLayout(GpuLayout.of(devices)).valid;
}

test.each(CUT)('%s makes of each board what the list says, where the board can be cut so', config => {
  const boards = Gpu.all().filter(gpu => shippedDevicesOf(config, gpu) !== undefined && canBeCut(gpu, listed(config, gpu)));
  for (const gpu of boards) {
    const said = Object.fromEntries(Object.entries(listed(config, gpu)!).map(([name, count]) => [MigProfileName.parse(name).canonical, count]));
    expect([gpu.id, Object.fromEntries(shippedDevicesOf(config, gpu)!)]).toEqual([gpu.id, said]);
  }
});

test('a board of seven or four slices has a balanced config that fills it, others have none', () => {
  expect(shippedDevicesOf('all-balanced', Gpu.RTX_PRO_5000_48GB)).toBeUndefined();
  for (const gpu of Gpu.all().filter(({ computeSlices = 0 }) => [4, 7].includes(computeSlices))) {
    const devices = [...shippedDevicesOf('all-balanced', gpu) ?? []];
    const slices = devices.reduce((sum, [name, count]) => sum + count * MigProfileName.parse(name).gpuInstanceSlices, 0);
    expect([gpu.id, slices]).toEqual([gpu.id, gpu.computeSlices]);
  }
});

test('a name of another board, and all-disabled, make nothing; all-enabled leaves no device', () => {
  expect(shippedDevicesOf('all-1g.5gb', Gpu.A100_SXM4_80GB)).toBeUndefined();
  expect(shippedDevicesOf('all-disabled', Gpu.A100_SXM4_80GB)).toBeUndefined();
  expect(shippedDevicesOf('all-balanced', Gpu.T4)).toBeUndefined();
  expect(shippedDevicesOf('all-enabled', Gpu.A30)).toEqual(new Map());
});
