import { Gpu, GpuLayout } from '../../src/hardware';
import { BOARDS } from '../../src/hardware/boards/all-boards';
import { readProfile } from '../../src/hardware/boards/board';

const withMig = BOARDS.filter(board => board.profiles !== undefined).map(board => ({ ...board, rows: board.profiles!.rows.map(readProfile) }));

test.each(BOARDS)('$id is a constant of Gpu', ({ id }) => {
  const name = id.toUpperCase().replace(/-/g, '_');
  expect((Gpu as unknown as Record<string, Gpu>)[name]?.id).toBe(id);
});

test('no two boards have an id, a name or a product label in common, but for the two GB300', () => {
  const repeated = (all: string[]) => all.filter((each, index) => all.indexOf(each) !== index);
  expect(repeated(BOARDS.map(({ id }) => id))).toEqual([]);
  expect(repeated(BOARDS.map(({ name }) => name))).toEqual([]);
  expect(repeated(BOARDS.flatMap(({ productLabels }) => productLabels))).toEqual(['NVIDIA-GB300']);
  expect(Gpu.fromProductLabel('NVIDIA-GB300').id).toBe('gb300-278gb');
});

test('boards with one PCI id can be told apart by subsystem, or are boards that MIG cuts alike', () => {
  const ids = BOARDS.flatMap(({ pciDeviceIds }) => pciDeviceIds);
  for (const shared of new Set(ids.filter((each, index) => ids.indexOf(each) !== index))) {
    const boards = BOARDS.filter(({ pciDeviceIds }) => pciDeviceIds.includes(shared));
    const told = new Set(boards.flatMap(({ pciSubsystemIds }) => pciSubsystemIds)).size >= boards.length;
    const alike = new Set(boards.map(({ profiles }) => JSON.stringify(profiles?.rows.map(([name]) => name)))).size === 1;
    expect([shared, boards.map(({ id }) => id), told || alike]).toEqual([shared, boards.map(({ id }) => id), true]);
  }
});

test.each(withMig)('$id: a profile is placed as often as it fits, within the board', ({ rows, placementUnits, maxGpuInstances, computeSlices, memorySlices }) => {
  for (const { name, placements, maxInstances, computeSlices: compute, memorySlices: memory } of rows) {
    expect([name, maxInstances <= maxGpuInstances!, compute <= computeSlices!, memory <= memorySlices!]).toEqual([name, true, true, true]);
    if (placements === undefined) { continue; }
    expect([name, placements.starts.every(start => start + placements.size <= placementUnits!)]).toEqual([name, true]);
    expect([name, placements.starts.length >= maxInstances || name.includes('+')]).toEqual([name, true]);
  }
});

test.each(withMig)('$id: as many of a profile as its row says are a layout that stands, and one more is none', ({ id, rows }) => {
  const gpu = Gpu.of(id);
  for (const { name, maxInstances, placements } of rows) {
    if (placements === undefined) { continue; }
    expect([name, gpu.checkLayout(GpuLayout.of({ [name]: maxInstances })).valid]).toEqual([name, true]);
    expect([name, gpu.checkLayout(GpuLayout.of({ [name]: maxInstances + 1 })).valid]).toEqual([name, false]);
  }
});

test.each(withMig)('$id: profiles are smallest first, by memory and then by compute', ({ rows }) => {
  rows.slice(1).forEach(({ name, memorySlices, computeSlices }, index) => {
    const before = rows[index];
    expect([name, (memorySlices - before.memorySlices || computeSlices - before.computeSlices) >= 0]).toEqual([name, true]);
  });
});

test.each(withMig)('$id: a larger profile has no less memory, and all have less than the board', ({ rows, totalMib }) => {
  const known = rows.filter(({ memoryMib }) => memoryMib !== undefined).sort((a, b) => a.memorySlices - b.memorySlices);
  known.slice(1).forEach((each, index) => expect([each.name, each.memoryMib! >= known[index].memoryMib! * 0.99]).toEqual([each.name, true]));
  if (totalMib !== undefined) { expect(known.filter(({ memoryMib }) => memoryMib! > totalMib).map(({ name }) => name)).toEqual([]); }
});
