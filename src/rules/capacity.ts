import { Rule } from './rule';

/** Rules about what the pools hold. */
export const CAPACITY_RULES: Rule[] = [];
