import { Rule } from './rule';

/** Rules about Dynamic Resource Allocation. */
export const DRA_RULES: Rule[] = [];
