import { Gpu } from '../../src/hardware';
import { NimKind, NimMemoryMeaning, NimModel } from '../../src/models';
import { NIM_MODELS } from '../../src/models/catalogue/nim-models';

test('each NIM of the catalogue has a static member, and an id of its own', () => {
  const members = new Set(Object.values(NimModel).filter(value => value instanceof NimModel));
  expect(new Set(NimModel.all().map(model => model.id)).size).toBe(NimModel.all().length);
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
  const mine = NimModel.custom('mine', { kind: NimKind.ASR, image: 'registry.example.com/mine', tag: '2', memoryMib: 5000 });
  expect(mine).toMatchObject({ httpPort: 9000, grpcPort: 50051, tags: ['2'] });
  expect(mine.memoryFigures).toEqual([expect.objectContaining({ memoryMib: 5000, meaning: NimMemoryMeaning.USAGE })]);
});

test('an unknown id is refused with the way to describe one', () => {
  expect(() => NimModel.of('x')).toThrow('NimModel.custom("x"');
});

describe('boards that a release does not run on', () => {
  test.each([
    ['below its compute capability', NimModel.PARAKEET_1_1B_CTC_EN_US, Gpu.V100_SXM2_32GB, '1.5.0', /needs compute capability 8.0 or later, V100 SXM2 32GB has 7.0/],
    ['by their compute capability', NimModel.PARAKEET_1_1B_CTC_EN_US, Gpu.of('rtx-pro-6000-server'), '1.5.0', /1.5.0 does not run on .*RTX PRO 6000/],
    ['by name', NimModel.PARAKEET_1_1B_CTC_EN_US, Gpu.of('h200-nvl-141gb'), '1.5.0', /does not run on/],
    ['by their generation', NimModel.MAGPIE_TTS_MULTILINGUAL, Gpu.of('b200-180gb'), '1.8.0', /1.8.0 does not run on .*it does from 1.10.0/],
  ])('%s', (_, model, gpu, tag, message) => {
    expect(model.whyNotOn(gpu, tag)).toMatch(message);
  });

  test.each([
    ['a later release', NimModel.MAGPIE_TTS_MULTILINGUAL, Gpu.of('b200-180gb'), '1.10.0'],
    ['a tag that is no version', NimModel.MAGPIE_TTS_MULTILINGUAL, Gpu.of('b200-180gb'), 'latest'],
    ['a release that nothing was said of', NimModel.PARAKEET_1_1B_CTC_EN_US, Gpu.of('b200-180gb'), '1.8.0'],
    ['another board', NimModel.PARAKEET_1_1B_CTC_EN_US, Gpu.of('h200-sxm-141gb'), '1.5.0'],
  ])('are not those of %s', (_, model, gpu, tag) => {
    expect(model.whyNotOn(gpu, tag)).toBeUndefined();
  });

  test('are named as the catalogue of boards has them', () => {
    const boards = NIM_MODELS.flatMap(row => row.boardLimits ?? []).flatMap(limit => limit.boards ?? []);
    expect(boards.map(id => Gpu.of(id).id)).toEqual(boards);
  });
});

test('every NIM that NVIDIA puts on slices of one board has image, tag, ports and kind', () => {
  const { NEMOTRON_OCR, NEMOTRON_PAGE_ELEMENTS, NEMOTRON_GRAPHIC_ELEMENTS, NEMOTRON_TABLE_STRUCTURE, LLAMA_NEMOTRON_EMBED_VL_1B } = NimModel;
  for (const model of [NEMOTRON_OCR, NEMOTRON_PAGE_ELEMENTS, NEMOTRON_GRAPHIC_ELEMENTS, NEMOTRON_TABLE_STRUCTURE, LLAMA_NEMOTRON_EMBED_VL_1B]) {
    expect(model).toMatchObject({ image: expect.stringContaining(`/${model.id}`), httpPort: 8000, grpcPort: 8001 });
    expect(model.tags.length).toBeGreaterThan(0);
  }
  expect([LLAMA_NEMOTRON_EMBED_VL_1B.kind, NimModel.LLAMA_NEMOTRON_RERANK_VL_1B_V2.kind]).toEqual([NimKind.EMBEDDING, NimKind.RERANK]);
});

test('a selector is written as the speech NIMs read it, and names each thing once', () => {
  const keys = ['name', 'mode', 'vad', 'diarizer', 'type', 'model_type', 'batch_size', 'bs'];
  for (const model of NimModel.all().filter(each => each.isSpeech)) {
    const selectors = [...model.memoryFigures.map(figure => figure.selector), ...model.selectorsWithoutFigure];
    for (const selector of selectors.filter(each => each?.includes('='))) {
      const found = selector!.split(',').map(pair => pair.split('=')[0]);
      expect({ model: model.id, selector, unknown: found.filter(key => !keys.includes(key)), unique: new Set(found).size })
        .toEqual({ model: model.id, selector, unknown: [], unique: found.length });
    }
  }
});

describe('a NIM of one\'s own', () => {
  const own = { kind: NimKind.LLM, image: 'registry.example.com:5000/team/own', tag: '1' };

  test('is described by what it is and its image', () => {
    expect(NimModel.custom('own', own)).toMatchObject({ httpPort: 8000, image: 'registry.example.com:5000/team/own', tags: ['1'] });
  });

  test.each<[object, RegExp]>([
    [{ kind: 'robot' }, /NimModel.custom\("own"\): kind is "robot"; give one of asr, tts/],
    [{ image: '' }, /image is empty; give the repository/],
    [{ image: 'registry.example.com/own:1.2' }, /image "\S+" has a tag in it.*give image without, and tag: '1.2'/],
    [{ tag: '' }, /tag is empty/],
    [{ httpPort: 70000 }, /httpPort must be a whole number from 1 to 65535, got 70000/],
    [{ grpcPort: NaN }, /grpcPort must be/],
    [{ memoryMib: -1 }, /memoryMib must be a number above 0, got -1/],
    [{ diskGb: NaN }, /diskGb must be a number above 0/],
  ])('cannot be %j', (wrong, message) => {
    expect(() => NimModel.custom('own', { ...own, ...wrong })).toThrow(message);
  });
});
