import { nimFigures } from '../../../fit';
import { at, Fields, numberIn } from '../../../kubernetes';
import { ARCHITECTURE_OF_NIM, LlmArchitecture, NimModel } from '../../../models';
import { shown } from '../../../text';
import { defineRule, Rule } from '../../rule';
import { cacheOf, gpuResourcesOf, ofNimServices, variable } from '../nim-check';

/**
 * "Best for models of 8B parameters or fewer"; Llama 3.1 8B has 8.03e9 (NIM for LLMs documentation, 1.13.0 supported
 * models).
 */
const MIG_PARAMETERS = 8.5e9;

/** Rules about the model of a NIMService and the slice that it gets. */
export const NIM_MODEL_ON_SLICE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-018',
    name: 'tensor-parallel-on-slice',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a NIMCache for tensor parallelism > 1 does not fit a single MIG slice or a time-sliced replica',
    why: 'tensor parallelism needs that many GPUs; a CUDA process uses one MIG device',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go addGPUResources: '
      + 'the count comes from the profile tag tensorParallelism or tp; the device plugin as in POD-002',
    check: ofNimServices(function* (spec, service, model) {
      const [slice] = gpuResourcesOf(spec).filter(name =>
        name.startsWith('nvidia.com/mig-') || name.endsWith('.shared'));
      const parallel = numberIn(at(cacheOf(service, model)?.spec, 'source', 'ngc', 'model', 'tensorParallelism'));
      if (slice !== undefined && parallel > 1) {
        yield {
          path: ['resources'],
          message: `the cached profile is for ${parallel} GPUs (tensorParallelism), and ${slice} is one slice`,
          fix: 'cache a profile with tensorParallelism "1", or ask for whole GPUs',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-019',
    name: 'llm-nim-release-on-mig',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'an LLM NIM on a MIG slice has a tag of 1.13 or later',
    why: 'their documentation says MIG mode is not supported; 1.13.0 and later support it',
    evidence: 'docs.nvidia.com/nim/large-language-models 1.12.0 and 1.13.0 supported-models',
    check: ofNimServices(function* (spec) {
      const nim = nimOf(spec);
      const tag = /^v?(\d+)\.(\d+)/.exec(shown(at(spec, 'image', 'tag') ?? ''));
      const [slice] = slicesOf(spec);
      if (nim?.kind !== 'llm' || tag === null || slice === undefined || tag[1] !== '1') { return; }
      if (Number(tag[2]) >= 7 && Number(tag[2]) <= 12) {
        yield {
          path: ['image', 'tag'],
          message: `${nim.id} ${tag[0]} on ${slice}: the documentation of 1.7 to 1.12 says that MIG is not supported`,
          fix: 'use 1.13.0 or later, or a whole GPU',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-020',
    name: 'large-llm-on-slice',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'an LLM NIM on a MIG slice has at most 8 billion parameters',
    why: 'docs: MIG works best with models of 8B parameters or fewer',
    evidence: 'docs.nvidia.com/nim/large-language-models 1.13.0 supported-models',
    check: ofNimServices(function* (spec) {
      const nim = nimOf(spec);
      const [slice] = slicesOf(spec);
      const inside = nim?.kind === 'llm' && Object.hasOwn(ARCHITECTURE_OF_NIM, nim.id)
        ? ARCHITECTURE_OF_NIM[nim.id]
        : undefined;
      const parameters = inside && LlmArchitecture.of(inside.id).parameters;
      if (slice !== undefined && parameters !== undefined && parameters > MIG_PARAMETERS) {
        yield {
          path: ['resources'],
          message: `${nim!.id} has ${Math.round(parameters / 1e9)} billion parameters, and NVIDIA's documentation `
            + `calls MIG best for 8 billion or fewer; it gets ${slice}`,
          fix: 'compare its throughput with that of a whole GPU',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-021',
    name: 'speech-nim-on-small-slice',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a speech NIM has a slice of 16 GB or more, unless the figure of its selector is known and fits',
    why: 'docs ask for at least 16 GB; smaller profiles are reported to need less, so check the figure of the chosen '
      + 'selector',
    evidence: 'speech NIM support pages; memory figures of the catalogue, with their sources',
    check: ofNimServices(function* (spec) {
      const nim = nimOf(spec);
      const [slice] = slicesOf(spec);
      const gb = Number(/\.(\d+)gb/.exec(slice ?? '')?.[1]);
      if (nim === undefined || !nim.isSpeech || nim.minimumVramGb === undefined || !(gb < nim.minimumVramGb)) {
        return;
      }
      const selector = variable(spec, 'NIM_TAGS_SELECTOR')?.value ?? nim.defaultSelector;
      const worstMib = nimFigures(nim, selector)?.worstMib;
      if (worstMib !== undefined && worstMib <= gb * 1e9 / 2 ** 20) { return; }
      const known = worstMib === undefined
        ? 'no figure is known'
        : `up to ${(worstMib / 1024).toFixed(1)} GiB is known`;
      yield {
        path: ['resources'],
        message: `the documentation of ${nim.id} asks for ${nim.minimumVramGb} GB and ${slice} has ${gb}; ${known} `
          + `for ${selector === undefined ? 'it without NIM_TAGS_SELECTOR' : selector}`,
        fix: 'use a larger slice, or choose a smaller profile by NIM_TAGS_SELECTOR and measure it',
      };
    }),
  }),
];

function nimOf(spec: Readonly<Fields>): NimModel | undefined {
  return NimModel.findByImage(shown(at(spec, 'image', 'repository') ?? ''));
}

function slicesOf(spec: Readonly<Fields>): string[] {
  return gpuResourcesOf(spec).filter(name => name.startsWith('nvidia.com/mig-'));
}
