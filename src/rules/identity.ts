import { Rule } from './rule';

/** Rules about the identity of objects. */
export const IDENTITY_RULES: Rule[] = [];
