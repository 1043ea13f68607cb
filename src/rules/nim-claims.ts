import { Rule } from './rule';

/** Rules about devices that a NIMService claims. */
export const NIM_CLAIM_RULES: Rule[] = [];
