import { Rule } from './rule';

/** Rules about what surrounds a NIMService: exposure, metrics, platform, multi-node. */
export const NIM_PLATFORM_RULES: Rule[] = [];
