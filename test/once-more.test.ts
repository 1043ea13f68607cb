// eslint-disable-next-line @typescript-eslint/no-require-imports
const { onceMore, tooOften } = require('./conformance/scheduling/dra/once-more');

const well = { placed: 3, waited: 1, problems: [] };
const wrong = (...problems: string[]) => ({ placed: 0, waited: 0, problems });

/** A round that comes out as these do, one after the other; an Error is thrown. */
function round(...outcomes: unknown[]) {
  return jest.fn(async () => {
    const [outcome] = outcomes.splice(0, 1);
    if (outcome instanceof Error) { throw outcome; }
    return outcome;
  });
}

describe('a round of pods that goes wrong is played once more', () => {
  test('one that goes well is played once', async () => {
    const play = round(well, wrong('never seen'));
    expect(await onceMore(play)).toEqual({ ...well, again: [] });
    expect(play.mock.calls).toEqual([[0]]);
  });

  test('what is wrong both times stays wrong, and nothing of the first time is counted', async () => {
    const play = round(wrong('asr waits', 'tts waits'), wrong('asr waits'));
    expect(await onceMore(play)).toEqual({ ...wrong('asr waits'), again: ['asr waits\ntts waits'] });
    expect(play.mock.calls).toEqual([[0], [1]]);
  });

  test('what is wrong once is told, and so is a wait in vain', async () => {
    expect(await onceMore(round(wrong('asr waits'), well))).toEqual({ ...well, again: ['asr waits'] });
    expect((await onceMore(round(new Error('no claim came'), well))).again).toEqual(['no claim came']);
    expect((await onceMore(round(new Error('no claim came'), wrong('asr waits')))).problems).toEqual(['asr waits']);
  });

  test('two waits in vain end the run', async () => {
    await expect(onceMore(round(new Error('no claim came'), new Error('the server has ended')))).rejects.toThrow('the server has ended');
  });

  test('more rounds than chance explains are a problem', () => {
    expect(tooOften(['a', 'b', 'c'])).toEqual([]);
    expect(tooOften(['a', 'b', 'c', 'd'])).toEqual(['4 rounds went wrong the first time, and more than 3 are no chance']);
  });
});
