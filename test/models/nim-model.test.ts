import { NimKind, NimMemoryMeaning, NimModel } from '../../src';

test('the catalogue has 45 NIMs, each with a static member', () => {
  const members = new Set(Object.values(NimModel).filter(value => value instanceof NimModel));
  expect(NimModel.all()).toHaveLength(45);
  expect(NimModel.all().filter(model => !members.has(model))).toEqual([]);
});

test('speech listens on 9000 and 50051, everything else on 8000', () => {
  expect(NimModel.MAGPIE_TTS_MULTILINGUAL).toMatchObject({ httpPort: 9000, grpcPort: 50051, isSpeech: true });
  expect(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1).toMatchObject({ httpPort: 8000, grpcPort: undefined, isSpeech: false });
});

test('memory depends on the selector, not on the model', () => {
  const figures = NimModel.PARAKEET_1_1B_CTC_EN_US.memoryFigures.filter(figure => figure.evidence === 'vendor-doc-screenshot').map(figure => figure.memoryMib);
  expect(Math.min(...figures)).toBe(Math.ceil(4.94e9 / 2 ** 20));
  expect(Math.max(...figures)).toBe(Math.ceil(40.36e9 / 2 ** 20));
});

test('an unknown figure is no figure', () => {
  expect(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1.memoryFigures).toEqual([]);
});

test('an image is recognised in any registry, with tag or digest', () => {
  for (const image of ['nvcr.io/nim/nvidia/magpie-tts-multilingual:1.8.0', 'mirror.example.com:5000/nim/magpie-tts-multilingual', 'magpie-tts-multilingual@sha256:0']) {
    expect(NimModel.findByImage(image)).toBe(NimModel.MAGPIE_TTS_MULTILINGUAL);
  }
  expect(NimModel.findByImage('nginx:1')).toBeUndefined();
});

test('a NIM of one\'s own takes three lines and has the figure that was stated', () => {
  const mine = NimModel.of('mine', { kind: NimKind.ASR, image: 'registry.example.com/mine', tag: '2', memoryMib: 5000 });
  expect(mine).toMatchObject({ httpPort: 9000, grpcPort: 50051, tags: ['2'] });
  expect(mine.memoryFigures).toEqual([expect.objectContaining({ memoryMib: 5000, meaning: NimMemoryMeaning.USAGE })]);
});

test('an unknown id is refused with the way to describe one', () => {
  expect(() => NimModel.fromId('x')).toThrow('NimModel.of("x"');
});
