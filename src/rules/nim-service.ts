import { Rule } from './rule';

/** Rules about a NIMService. */
export const NIM_SERVICE_RULES: Rule[] = [];
