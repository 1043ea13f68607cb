import { Testing } from 'cdk8s';
import { OneNode, TwoPools } from './chart';

const limits = (manifests: any[]) => Object.fromEntries(manifests.filter(manifest => manifest.kind === 'NIMService')
  .map(service => [service.metadata.name, service.spec.resources.limits]));

describe('two pools', () => {
  const manifests = Testing.synth(new TwoPools(Testing.app(), 'two-pools'));

  test('the manifests are as they were', () => {
    expect(manifests).toMatchSnapshot();
  });

  test('speech shares a GPU, the language model cannot get there', () => {
    const shared = { 'nvidia.com/gpu': '0', 'nvidia.com/gpu.shared': '1' };
    expect(limits(manifests)).toEqual({ asr: shared, tts: shared, llm: { 'nvidia.com/gpu': '1' } });
  });
});

describe('one node', () => {
  const manifests = Testing.synth(new OneNode(Testing.app(), 'one-node'));

  test('the manifests are as they were', () => {
    expect(manifests).toMatchSnapshot();
  });

  test('speech shares the MIG device of GPU 0, the language model has a whole GPU', () => {
    const shared = { 'nvidia.com/gpu': '0', 'nvidia.com/mig-7g.80gb': '1' };
    expect(limits(manifests)).toEqual({ asr: shared, tts: shared, llm: { 'nvidia.com/gpu': '1' } });
  });
});
