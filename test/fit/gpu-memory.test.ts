import { GpuMemory } from '../../src/fit';
import { Gpu, GpuSliceKind } from '../../src/hardware';

// Every figure was worked out by hand from the one of the board that the comment names.

/** What is surely there, what may be taken, the same at most, what an engine sees, and that at most. */
const figures = (memory: GpuMemory) =>
  [memory._safeMib, memory.limitMib, memory._limitMostMib, memory.visibleMib, memory._visibleMostMib];

describe('a whole board', () => {
  // 23,034 MiB are what the driver of an L4 prints as its total; 0.97 of that is 22,342.98
  test('of which only the total is known counts with 0.97 of it, rounded down, and says that it is a bound', () => {
    expect(figures(GpuMemory.wholeGpu(Gpu.of('l4')))).toEqual([22342, 22342, 23034, 22342, 23034]);
  });

  test('whose usable memory was read counts with that', () => {
    expect(figures(GpuMemory.wholeGpu(Gpu.of('t4')))).toEqual([14912, 14912, 14912, 14912, 14912]);
  });

  // 94 GB are 89,645.386 MiB, of which 0.97 are 86,956.02; 94 GiB are 96,256
  test('of which only the name is known lies between 0.97 of its GB and as many GiB', () => {
    const memory = GpuMemory.wholeGpu(Gpu.H100_SXM5_94GB);
    expect(figures(memory)).toEqual([86956, 86956, 96256, 86956, 96256]);
    expect([memory.isKnown, memory.needsFraction, memory.isMig, memory.kind]).toEqual([false, false, false, GpuSliceKind.WHOLE]);
  });

  test('has what the driver prints for its form of a GPU: V100 of 32 GB on PCIe as on SXM2', () => {
    expect(Gpu.V100_PCIE_32GB.totalMib).toBe(32768);
    expect(figures(GpuMemory.wholeGpu(Gpu.V100_PCIE_32GB))).toEqual(figures(GpuMemory.wholeGpu(Gpu.V100_SXM2_32GB)));
  });

  test('whose memory is not known at all has no figure', () => {
    const nobody = { value: undefined };
    const unknown = Object.create(Gpu.T4, { totalMib: nobody, usableMib: nobody, nominalGb: nobody }) as Gpu;
    expect(() => GpuMemory.wholeGpu(unknown)).toThrow(/the memory of \S+ is not known, not even nominally; use GpuMemory.ofMib with what nvidia-smi prints/);
  });
});

describe('a MIG slice', () => {
  // 40,192 MiB and a hundredth more are 40,593.92
  test('that was read may have a hundredth more', () => {
    const slice = GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb');
    expect(figures(slice)).toEqual([40192, 40192, 40594, 40192, 40594]);
    expect([slice.isKnown, slice.isMig, slice.needsFraction, slice.profile]).toEqual([true, true, false, '3g.40gb']);
  });

  // 20,992 MiB and 7.5 hundredths more are 22,566.4
  test('whose sources disagree may have 7.5 hundredths more', () => {
    expect(figures(GpuMemory.migSlice(Gpu.B200_180GB, '1g.23gb'))).toEqual([20992, 20992, 22567, 20992, 22567]);
  });

  // of 86,956 to 96,256 MiB: an eighth and 0.9 of it, two eighths and 0.9, four eighths and 0.96, all and 0.96
  test.each([
    ['1g.12gb', 9782, 12032], ['2g.24gb', 19565, 24064], ['3g.47gb', 41738, 48128], ['7g.94gb', 83477, 96256],
  ])('%s that nobody read has its part of the board at most, and the lowest part seen at least', (profile, least, most) => {
    const slice = GpuMemory.migSlice(Gpu.H100_SXM5_94GB, profile);
    expect(figures(slice)).toEqual([least, least, most, least, most]);
    expect(slice.isKnown).toBe(false);
  });

  // 48 GB are 45,776.367 MiB, 0.97 of which are 44,403; half and 0.96 of it: on a board of two slices none is an eighth
  test('of a board that is no eighths has 0.96 of its part, also the smallest', () => {
    expect(GpuMemory.migSlice(Gpu.of('rtx-pro-5000-48gb'), '1g.24gb').limitMib).toBe(21313);
  });
});

describe('a share of a board', () => {
  // total 46,068, usable 45,459: the driver divides the total, of which a part is not usable
  test('through MPS is limited to a part of the total, and surely has a part of what is usable', () => {
    const share = GpuMemory.mpsShare(Gpu.L40S, 10);
    expect(figures(share)).toEqual([4545, 4606, 4606, 45459, 45459]);
    expect([share.kind, share.tenants, share.needsFraction, share.isMig]).toEqual([GpuSliceKind.MPS, 10, true, false]);
  });

  // nobody knows the total of this board: 86,956 and 96,256 MiB in two
  test('through MPS of a board without a known total is a part of what it has', () => {
    expect(figures(GpuMemory.mpsShare(Gpu.H100_SXM5_94GB, 2))).toEqual([43478, 43478, 48128, 86956, 96256]);
  });

  test('in turns is an equal part of what is usable, of a slice too', () => {
    expect(figures(GpuMemory.timeSliced(Gpu.L40S, 10))).toEqual([4545, 4545, 4545, 45459, 45459]);
    const onSlice = GpuMemory.timeSlicedMigSlice(Gpu.A100_SXM4_80GB, '3g.40gb', 3);
    expect(figures(onSlice)).toEqual([13397, 13397, 13531, 40192, 40594]);
    expect([onSlice.isMig, onSlice.needsFraction]).toEqual([true, true]);
  });

  test('of one alone needs no fraction, and less than what it sees needs one', () => {
    expect(GpuMemory.timeSliced(Gpu.L40S, 1).needsFraction).toBe(false);
    expect(GpuMemory.setAside(Gpu.L40S, 8192).needsFraction).toBe(true);
    expect(GpuMemory.setAside(Gpu.L40S, 45459).needsFraction).toBe(false);
  });

  // the accounts of a device add up to its total: 45,459 of 46,068 are usable, so 8,083.7 of 8,192
  test('that the scheduler keeps an account of surely has the usable part of it', () => {
    const share = GpuMemory.setAside(Gpu.L40S, 8192);
    expect(figures(share)).toEqual([8083, 8192, 8192, 45459, 45459]);
    expect([share.kind, String(share)]).toEqual([GpuSliceKind.TIME_SLICED, '8192 MiB of NVIDIA-L40S']);
  });

  test('that the scheduler keeps an account of is there as a whole on a slice', () => {
    const share = GpuMemory.setAside(Gpu.A100_SXM4_80GB, 8192, '3g.40gb');
    expect(figures(share)).toEqual([8192, 8192, 8192, 40192, 40594]);
    expect([share.kind, String(share)]).toEqual([GpuSliceKind.MIG_TIME_SLICED, '8192 MiB of 3g.40gb on NVIDIA-A100-SXM4-80GB']);
  });

  test.each([0, -1, 1.5, NaN, Infinity])('by %d is refused', count => {
    for (const share of [() => GpuMemory.mpsShare(Gpu.L40S, count), () => GpuMemory.timeSliced(Gpu.L40S, count),
      () => GpuMemory.timeSlicedMigSlice(Gpu.A100_SXM4_80GB, '3g.40gb', count)]) {
      expect(share).toThrow(`a GPU is shared by a whole number from 1, got ${count}`);
    }
  });
});

describe('a number of MiB', () => {
  test('is what may be taken and what is seen', () => {
    const memory = GpuMemory.ofMib(0.5);
    expect([memory.visibleMib, memory._visibleMostMib, memory.isKnown, memory.isMig, memory.kind, String(memory)])
      .toEqual([0.5, 0.5, true, false, undefined, '0.5 MiB']);
  });

  test.each([0, -1, NaN, Infinity, -Infinity])('of %d is refused', mib => {
    expect(() => GpuMemory.ofMib(mib)).toThrow(`a share has a positive number of MiB, got ${mib}`);
  });
});
