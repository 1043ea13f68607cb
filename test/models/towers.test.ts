import * as fs from 'fs';
import * as path from 'path';
import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { LlmArchitecture } from '../../src/models';
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
