import { Rule } from './rule';

/** Rules about NIMPipeline, NIMBuild and the webhooks. */
export const NIM_PIPELINE_RULES: Rule[] = [];
