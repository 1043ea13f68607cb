import { NIM_IMAGE_AND_SCALE_RULES } from './image-and-scale';
import { NIM_MODEL_ON_SLICE_RULES } from './model-on-slice';
import { NIM_PROBE_AND_PORT_RULES } from './probes-and-ports';
import { NIM_RENDERING_RULES } from './rendering';
import { NIM_RESOURCE_RULES } from './resources';
import { NIM_STORAGE_RULES } from './storage';
import { Rule } from '../../rule';

/** Rules about a NIMService: image, scale, resources, rendering, storage, probes and ports. */
export const NIM_SERVICE_RULES: Rule[] = [
  ...NIM_IMAGE_AND_SCALE_RULES, ...NIM_RESOURCE_RULES, ...NIM_MODEL_ON_SLICE_RULES, ...NIM_RENDERING_RULES, ...NIM_STORAGE_RULES,
  ...NIM_PROBE_AND_PORT_RULES,
];
