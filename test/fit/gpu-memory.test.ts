import { GpuMemory } from '../../src/fit';
import { Gpu } from '../../src/hardware';

// 23,034 MiB are what the driver of an L4 prints as its total; 0.97 of that is 22,342.98
test('a board of which only the total is known counts with 0.97 of it, rounded down, and says that it is a bound', () => {
  const memory = GpuMemory.wholeGpu(Gpu.of('l4'));
  expect(memory.limitMib).toBe(22342);
  expect(memory._limitMostMib).toBe(23034);
});

test('a board whose usable memory was read counts with that', () => {
  expect(GpuMemory.wholeGpu(Gpu.of('t4')).limitMib).toBe(14912);
});
