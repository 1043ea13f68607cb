import { Rule } from './rule';

/** Rules about layouts on boards. */
export const LAYOUT_RULES: Rule[] = [];
