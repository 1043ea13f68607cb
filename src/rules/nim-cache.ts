import { Rule } from './rule';

/** Rules about NIMCache. */
export const NIM_CACHE_RULES: Rule[] = [];
