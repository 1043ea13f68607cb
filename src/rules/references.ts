import { Rule } from './rule';

/** Rules about names that refer to other objects. */
export const REFERENCE_RULES: Rule[] = [];
