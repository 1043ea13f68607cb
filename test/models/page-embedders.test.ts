import { LlmArchitecture } from '../../src/models';

const read = (config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));

describe('models that compare pages with questions', () => {
  const QWEN = {
    model_type: 'qwen2_vl',
    hidden_size: 1536,
    intermediate_size: 8960,
    num_hidden_layers: 28,
    num_attention_heads: 12,
    num_key_value_heads: 2,
    vocab_size: 151936,
    tie_word_embeddings: true,
    max_position_embeddings: 32768,
    vision_config: {
      depth: 32,
      embed_dim: 1280,
      hidden_size: 1536,
      num_heads: 16,
      mlp_ratio: 4,
      patch_size: 14,
      spatial_merge_size: 2,
      in_channels: 3,
      temporal_patch_size: 2,
    },
  };
  const colqwen = (more: Record<string, unknown> = {}, vlm: Record<string, unknown> = QWEN) => read({ model_type: 'colqwen2', vlm_config: vlm, ...more });

  // Qwen2-VL-2B has 2,208,985,600 parameters; the projection (1536 + 1) x 128
  test('are their vision model and a projection of each token', () => {
    expect(colqwen().parameters).toBe(2_208_985_600 + 1537 * 128);
    expect(colqwen({ embedding_dim: 320 }).parameters).toBe(2_208_985_600 + 1537 * 320);
    expect([colqwen()._row.family, colqwen()._row.task]).toEqual(['colqwen2', 'feature-extraction']);
  });

  test('have no head of their own for language', () => {
    expect(colqwen({}, { ...QWEN, tie_word_embeddings: false }).parameters).toBe(colqwen().parameters);
  });

  // Gemma 2B has 2,506,172,416 with 256,000 tokens, and 2,048 more for each further one
  test('may be ColPali, which is PaliGemma, whose tower is counted by its figures', () => {
    const model = read({
      model_type: 'colpali',
      vlm_config: {
        model_type: 'paligemma',
        text_config: {
          model_type: 'gemma', hidden_size: 2048, intermediate_size: 16384, num_attention_heads: 8, num_hidden_layers: 18, num_key_value_heads: 1, vocab_size: 257216,
        },
        vision_config: { model_type: 'siglip_vision_model', hidden_size: 1152, intermediate_size: 4304, num_hidden_layers: 27, patch_size: 14, image_size: 448 },
      },
    });
    expect(model.parameters).toBe(2_506_172_416 + 1216 * 2048 + 2049 * 128);
    // SigLIP So400m is 412,442,352 and the projector 1153 x 2048
    expect(model._row.towerParameters!.least).toBeLessThan(412_442_352 + 1153 * 2048);
    expect(model._row.towerParameters!.most).toBeGreaterThan(412_442_352 + 1153 * 2048);
    expect(model._row.unknowns).toBeUndefined();
  });

  test('are not known where their vision model is not', () => {
    const model = colqwen({}, { ...QWEN, model_type: 'nobody_knows' });
    expect(model._row.unknowns!.join()).toContain('model_type "nobody_knows" is not known');
  });
});
