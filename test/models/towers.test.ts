import * as fs from 'fs';
import * as path from 'path';
import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { weightsPart } from '../../src/fit/language-models/weights';
import { LlmArchitecture, Precision } from '../../src/models';
import { gemma4Towers } from '../../src/models/configs/gemma4-towers';
import { towerParameters } from '../../src/models/configs/towers';

interface Tower { readonly name: string; readonly textHidden: number; readonly parameters: number; readonly config: Record<string, unknown> }

/** Towers for pictures and sound by their figures, and what transformers 5.24 counts for them beside the language model. */
const TOWERS = JSON.parse(fs.readFileSync(path.join(__dirname, 'tower-configs.json'), 'utf8')) as Tower[];

const TEXT = {
  model_type: 'qwen3',
  hidden_size: 4096,
  num_hidden_layers: 36,
  intermediate_size: 12288,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 151936,
  max_position_embeddings: 40960,
};
const read = (config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));

test('towers of at least 40 models are counted against transformers', () => {
  expect(TOWERS.length).toBeGreaterThanOrEqual(40);
});

test.each(TOWERS.map(each => [each.name, each] as const))('the towers of %s lie between the bounds', (name, { config, textHidden, parameters }) => {
  const counted = towerParameters(config, name, textHidden)!;
  expect(counted.least).toBeLessThanOrEqual(parameters);
  expect(counted.most).toBeGreaterThanOrEqual(parameters);
});

/** The same classes with other widths and depths, beside language models of other widths. One of them moved the upper bound, from 1.7 to 2. */
const CHANGED = JSON.parse(fs.readFileSync(path.join(__dirname, 'changed-towers.json'), 'utf8')) as Tower[];
const counted = CHANGED.map(({ name, config, textHidden, parameters }) => ({ name, parameters, tower: towerParameters(config, name, textHidden)! }));

test('towers with figures that the bounds were not set on lie between them too', () => {
  expect(counted.length).toBeGreaterThanOrEqual(130);
  expect(counted.filter(({ parameters, tower: { least, most } }) => parameters < least || parameters > most)).toEqual([]);
});

test('four of five of those are expected within a quarter of what they are', () => {
  const off = counted.filter(({ parameters, tower: { expected } }) => Math.abs(expected / parameters - 1) > 0.25);
  expect(off.length / counted.length).toBeLessThanOrEqual(0.2);
});

test('seven of eight towers are expected within a quarter of what they are', () => {
  const off = TOWERS.map(({ name, config, textHidden, parameters }) =>
    Math.abs(towerParameters(config, name, textHidden)!.expected / parameters - 1));
  expect(off.filter(each => each > 0.25).length / TOWERS.length).toBeLessThanOrEqual(0.125);
});

describe('a model with a tower of a kind that nobody knows', () => {
  const vision = { hidden_size: 1152, num_hidden_layers: 27, intermediate_size: 4304 };
  const withTower = (part: Record<string, unknown>) => read({ model_type: 'some_vlm', text_config: TEXT, ...part });
  const judge = (model: LlmArchitecture) => GpuFit.check(ModelFootprint.ofLlm(model, { contextLength: 8192 }), GpuMemory.ofMib(39.4 * 1024));

  test('may fit when its figures bound it', () => {
    const report = judge(withTower({ vision_config: vision }));
    expect(report.verdict).toBe(FitVerdict.FITS);
    expect(report.components.find(({ name }) => name === 'weights')!.source).toContain('million of its towers');
  });

  test('is uncertain when it has none, is a list, or is no object', () => {
    for (const part of [{ vision_config: { kind: 'x' } }, { vision_config: { ...vision, hidden_size: [1, 2] } }, { vision_config: 'timm/vit' }]) {
      expect(judge(withTower(part)).verdict).toBe(FitVerdict.UNCERTAIN);
    }
  });

  test('takes a tower for sound as one for pictures', () => {
    const heard = withTower({ audio_config: { d_model: 1280, encoder_layers: 32, encoder_ffn_dim: 5120 } });
    expect(heard._row.towerParameters!.expected).toBe(32 * (4 * 1280 ** 2 + 2 * 1280 * 5120) + 1280 * 4096 + 4096 ** 2);
  });
});

describe('the towers of Gemma 4', () => {
  // counted with transformers 5.24 on its meta device, beside a language model of 1024
  const heads = (num_attention_heads: number, head_dim: number) => ({ num_attention_heads, num_key_value_heads: num_attention_heads, head_dim });
  const large = { hidden_size: 1152, intermediate_size: 4304, num_hidden_layers: 27, ...heads(16, 72) };
  const small = {
    vision_config: {
      hidden_size: 512, intermediate_size: 1000, num_hidden_layers: 5, ...heads(8, 32), patch_size: 14, position_embedding_size: 999,
    },
    audio_config: {
      hidden_size: 512, num_hidden_layers: 3, num_attention_heads: 4, output_proj_dims: 700, conv_kernel_size: 7, subsampling_conv_channels: [64, 16],
    },
  };

  test.each([
    ['with the figures of their classes', { vision_config: {}, audio_config: {} }, 474_548_512],
    ['of the 26B, which does not hear', { vision_config: large, audio_config: null }, 570_727_728],
    ['with every figure changed', small, 32_276_492],
  ])('%s are counted to the last parameter', (_, config, parameters) => {
    expect(gemma4Towers(config as Record<string, unknown>, 1024)).toBe(parameters);
  });

  test('are not counted where a config has none for pictures', () => {
    expect([gemma4Towers({ audio_config: {} }, 1024), gemma4Towers({ vision_config: 7 }, 1024)]).toEqual([undefined, undefined]);
  });

  test('are part of the model, unless it has one more that nobody knows', () => {
    const text = { ...TEXT, model_type: 'gemma4_text' };
    const alone = read(text).parameters!;
    expect(read({ model_type: 'gemma4', text_config: text, ...small }).parameters! - alone).toBe(gemma4Towers(small, 4096));
    expect(read({ model_type: 'gemma4', text_config: text, ...small, smell_config: { hidden_size: 64, num_hidden_layers: 2 } })._row.visionParameters)
      .toBeUndefined();
  });
});

describe('a tower on several GPUs', () => {
  const weights = (config: unknown, tensorParallel: number) => {
    const { least, expected, most } = weightsPart(read(config), {}, { tensorParallel, pipelineParallel: 1, expertParallel: false }, false);
    return [least, expected, most];
  };
  const difference = (tower: Record<string, unknown>, tensorParallel: number) => {
    const [plain, seeing] = [weights(TEXT, tensorParallel), weights({ ...tower, text_config: TEXT }, tensorParallel)];
    return seeing.map((bytes, index) => bytes - plain[index]);
  };

  // vLLM cuts most towers as it cuts the language model, and not all
  test('is cut, and may be whole, when it is counted', () => {
    const tower = { model_type: 'gemma4', vision_config: {} };
    const bytes = gemma4Towers(tower, 4096)! * 2;
    const [least, expected, most] = difference(tower, 2);
    expect([least, expected]).toEqual([bytes / 2, bytes / 2]);
    expect(most / bytes).toBeCloseTo(1, 2);
  });

  test('is cut, and may be whole, when it is bounded', () => {
    const tower = { model_type: 'some_vlm', vision_config: { hidden_size: 1152, num_hidden_layers: 27, intermediate_size: 4304 } };
    const [one, two] = [difference(tower, 1), difference(tower, 2)];
    expect(two.map((bytes, index) => Math.round(one[index] / bytes * 20) / 20)).toEqual([2, 2, 1]);
  });
});

test('tables that each layer looks tokens up in stay in 16 bit, as embeddings do', () => {
  const text = { ...TEXT, model_type: 'gemma4_text', hidden_size_per_layer_input: 256 };
  const alone = { tensorParallel: 1, pipelineParallel: 1, expertParallel: false };
  const bytes = (rows: number) =>
    weightsPart(read({ ...text, vocab_size_per_layer_input: rows }), { precision: Precision.INT4 }, alone, false);
  expect(bytes(2000).least - bytes(1000).least).toBe(1000 * 256 * 36 * 2);
});
