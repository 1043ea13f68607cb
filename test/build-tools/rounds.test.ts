import * as path from 'path';

interface Outcome { readonly placed: number; readonly waited: number; readonly problems: string[] }
interface Rounds {
  play(play: (attempt: number) => Promise<Outcome>): Promise<void>;
  sum(): Outcome & { readonly again: string[]; readonly leftOut: number };
}
const root = path.join(__dirname, '..', '..');
const { Rounds } = jest.requireActual<{ Rounds: new (isPlayed?: () => boolean) => Rounds }>(path.join(root, 'test/conformance/scheduling/dra/rounds.js'));

const well = { placed: 3, waited: 1, problems: [] };
const wrong = (...problems: string[]) => ({ placed: 0, waited: 0, problems });

/** A round that comes out as these do, one after the other; an Error is thrown. */
function round(...outcomes: (Outcome | Error)[]) {
  return jest.fn(async (_attempt: number) => {
    const outcome = outcomes.shift()!;
    if (outcome instanceof Error) { throw outcome; }
    return outcome;
  });
}

async function played(...rounds: ReturnType<typeof round>[]) {
  const all = new Rounds();
  for (const each of rounds) { await all.play(each); }
  return all.sum();
}

describe('a round of pods that goes wrong is played once more', () => {
  test('those that go well are played once, and add up', async () => {
    const [one, another] = [round(well, wrong('never seen')), round(well)];
    expect(await played(one, another)).toEqual({ placed: 6, waited: 2, problems: [], again: [], leftOut: 0 });
    expect([one.mock.calls, another.mock.calls]).toEqual([[[0]], [[0]]]);
  });

  test('what is wrong both times stays wrong, and what the first time found is not counted', async () => {
    const play = round({ ...well, problems: ['asr waits', 'tts waits'] }, wrong('asr waits'));
    expect(await played(play)).toEqual({ ...wrong('asr waits'), again: ['asr waits\ntts waits'], leftOut: 0 });
    expect(play.mock.calls).toEqual([[0], [1]]);
  });

  test('what is wrong once is told, and so is a wait in vain', async () => {
    expect(await played(round(wrong('asr waits'), well))).toMatchObject({ ...well, again: ['asr waits'] });
    expect(await played(round(new Error('no claim came'), well))).toMatchObject({ ...well, again: ['no claim came'] });
    expect(await played(round(new Error('no claim came'), wrong('asr waits')))).toMatchObject({ problems: ['asr waits'] });
  });

  test('two waits in vain end the run', async () => {
    await expect(played(round(new Error('no claim came'), new Error('the server has ended')))).rejects.toThrow('the server has ended');
  });

  test('more of them than chance explains are a problem', async () => {
    const once = () => round(wrong('asr waits'), well);
    expect((await played(once(), once(), once())).problems).toEqual([]);
    expect((await played(once(), once(), once(), once())).problems).toEqual(['4 rounds went wrong the first time, and more than 3 are no chance']);
  });
});

test('a round that is left out is counted, and not played', async () => {
  const answers = [true, false];
  const rounds = new Rounds(() => answers.shift()!);
  const [one, another] = [round(well), round(well)];
  await rounds.play(one);
  await rounds.play(another);
  expect(rounds.sum()).toEqual({ ...well, again: [], leftOut: 1 });
  expect(another).not.toHaveBeenCalled();
});
