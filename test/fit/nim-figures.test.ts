import { nimFigures } from '../../src/fit/nim-figures';
import { GpuArchitecture } from '../../src/hardware';
import { NimMemoryFigure, NimMemoryMeaning, NimModel } from '../../src/models';

const { USAGE, WEIGHTS, MINIMUM_CARD } = NimMemoryMeaning;
const { AMPERE, HOPPER } = GpuArchitecture;

/** A NIM with figures that were made up for the test. */
const nim = (figures: Partial<NimMemoryFigure>[], defaultSelector?: string) => ({
  memoryFigures: figures.map(each => ({ memoryMib: 1000, meaning: USAGE, evidence: 'documented', source: 'a table', ...each })),
  defaultSelector,
  toString: () => 'own-nim',
}) as unknown as NimModel;
const bounds = (model: NimModel, selector?: string, architecture?: GpuArchitecture) => {
  const { bestMib, worstMib, notes } = nimFigures(model, selector, architecture)!;
  return { best: bestMib, worst: worstMib, notes };
};

test('a NIM without figures has none', () => {
  expect(nimFigures(nim([]), undefined)).toBeUndefined();
});

describe('a figure of usage', () => {
  // a tenth more, or the 685 MiB of a context, whichever is more
  test.each([[1000, 1685], [6800, 7485], [20001, 22002]])('of %i MiB in a table may turn out to be %i', (memoryMib, worst) => {
    expect(bounds(nim([{ memoryMib }]))).toEqual({ best: memoryMib, worst, notes: [] });
  });

  test('that was measured is what it is', () => {
    expect(bounds(nim([{ memoryMib: 1000, evidence: 'measured' }]))).toEqual({ best: 1000, worst: 1000, notes: [] });
  });

  test('is one of several where any of them may be it: from the least to the most, with all sources', () => {
    const model = nim([{ memoryMib: 5000, evidence: 'measured', source: 'b' }, { memoryMib: 9000, evidence: 'measured', source: 'c' }, { memoryMib: 7000, meaning: WEIGHTS }]);
    expect(bounds(model)).toMatchObject({ best: 5000, worst: 9000 });
    expect(nimFigures(model, undefined)!.source).toBe('measured: b; measured: c');
  });

  test('goes before the size of weights, and that before the smallest board', () => {
    expect(bounds(nim([{ memoryMib: 7000, meaning: WEIGHTS }, { memoryMib: 6000, meaning: WEIGHTS }, { memoryMib: 16000, meaning: MINIMUM_CARD }])))
      .toEqual({ best: 6000, worst: undefined, notes: ['only the size of its weights is known'] });
    expect(bounds(nim([{ memoryMib: 16000, meaning: MINIMUM_CARD }, { memoryMib: 24000, meaning: MINIMUM_CARD }])))
      .toEqual({ best: 0, worst: 24000, notes: ['only the smallest board is documented'] });
  });
});

describe('the profile', () => {
  const measured = (selector: string | undefined, memoryMib: number, more: Partial<NimMemoryFigure> = {}) =>
    ({ selector, memoryMib, evidence: 'measured' as const, ...more });
  const sizes = nim([measured('batch_size=1', 1000), measured('batch_size=8', 3000), measured(undefined, 2000)]);

  test('that is chosen counts alone, whatever the order and the spaces of its tags, and its name', () => {
    expect(bounds(sizes, 'batch_size=8')).toEqual({ best: 3000, worst: 3000, notes: [] });
    expect(bounds(sizes, ' name=own , batch_size = 8,model_type=x,')).toMatchObject({ best: 3000, worst: 3000 });
    const two = nim([measured('mode=str,vad=silero', 1000), measured('mode=str', 2000)]);
    expect(bounds(two, 'vad=silero,mode=str')).toMatchObject({ best: 1000 });
    expect(bounds(two, 'mode=str')).toMatchObject({ best: 2000 });
  });

  test('is the default one of the NIM where nobody chooses', () => {
    expect(bounds(nim([measured('batch_size=1', 1000), measured('batch_size=8', 3000)], 'batch_size=8'))).toMatchObject({ best: 3000, worst: 3000 });
  });

  test('may leave out the tags that have a usual value, and one that says it goes first', () => {
    const usual = nim([measured('mode=ofl,vad=default,diarizer=disabled', 1000), measured('mode=ofl,diarizer=sortformer', 5000)]);
    expect(bounds(usual, 'mode=ofl')).toMatchObject({ best: 1000, worst: 1000 });
    expect(bounds(usual, 'mode=ofl,vad=default,diarizer=sortformer')).toMatchObject({ best: 5000 });
    const both = nim([measured('mode=ofl,vad=default', 1000), measured('mode=ofl', 2000)]);
    expect(bounds(both, 'mode=ofl')).toMatchObject({ best: 2000, worst: 2000 });
    expect(bounds(both, 'mode=ofl,vad=default')).toMatchObject({ best: 1000, worst: 1000 });
  });

  test('that nobody knows is told the known ones', () => {
    expect(bounds(sizes, 'batch_size=16')).toEqual({
      best: 0, worst: undefined, notes: ['no figure of own-nim is known for selector "batch_size=16"; known are batch_size=1 and batch_size=8'],
    });
    expect(bounds(nim([{}]), 'x=1').notes).toEqual(['no figure of own-nim is known for selector "x=1"']);
    expect(bounds(sizes, 'batch_size=8,mode=x').best).toBe(0);
  });

  test('without a choice and a default is what holds for any', () => {
    expect(bounds(sizes)).toEqual({ best: 2000, worst: 2000, notes: [] });
  });

  test('without any of that may be each of them', () => {
    expect(bounds(nim([measured('batch_size=1', 1000), measured('batch_size=8', 3000)])))
      .toEqual({ best: 1000, worst: 3000, notes: ['its memory depends on the selector, and none was given'] });
    expect(bounds(nim([measured('batch_size=1', 1000)]))).toEqual({ best: 1000, worst: 1000, notes: [] });
  });

  test('that the NIM picks on a generation counts there, and any of them elsewhere', () => {
    const picking = nim([
      measured('a', 1000, { picked: true, architecture: AMPERE }), measured('b', 3000), measured(undefined, 2000), measured('c', 4000, { architecture: HOPPER }),
    ]);
    expect(bounds(picking, undefined, AMPERE)).toEqual({ best: 1000, worst: 1000, notes: [] });
    const elsewhere = { best: 1000, worst: 4000, notes: ['it picks its profile by itself, and which one is known on ampere alone'] };
    expect(bounds(picking, undefined, HOPPER)).toEqual(elsewhere);
    expect(bounds(picking)).toEqual(elsewhere);
  });
});

describe('other profiles that fit', () => {
  const model = nim([
    { selector: 'mode=str,batch=1', memoryMib: 2048, evidence: 'measured' },
    { selector: 'mode=str,batch=8', memoryMib: 4096, evidence: 'measured' },
    { selector: 'mode=ofl,batch=2', memoryMib: 3072, evidence: 'measured' },
    { selector: 'mode=ofl,batch=4', memoryMib: 3584, evidence: 'measured' },
    { selector: 'mode=ofl,batch=4', memoryMib: 1024, evidence: 'measured' },
    { selector: 'mode=all', memoryMib: 100, meaning: WEIGHTS },
    { memoryMib: 100 },
  ]);
  const others = (limitMib: number, asked?: string) => nimFigures(model, asked)!.alternatives(limitMib);

  test('are those with the fewest other tags first, then the largest; three at most, by the most that each may take', () => {
    expect(others(8192, 'mode=str,batch=16')).toEqual([
      'selector mode=str,batch=8 (4.0 GiB)', 'selector mode=str,batch=1 (2.0 GiB)', 'selector mode=ofl,batch=4 (3.5 GiB)',
    ]);
  });

  test('are not the one asked for, and none that is larger than there is', () => {
    expect(others(3072, 'mode=str,batch=1')).toEqual(['selector mode=ofl,batch=2 (3.0 GiB)']);
    expect(others(3071, 'mode=str,batch=1')).toEqual([]);
  });

  test('are the largest first where nobody asked', () => {
    expect(others(4096)).toEqual(['selector mode=str,batch=8 (4.0 GiB)', 'selector mode=ofl,batch=4 (3.5 GiB)', 'selector mode=ofl,batch=2 (3.0 GiB)']);
  });
});
