import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about names that refer to other objects say, and why. */
export const REFERENCE_RULE_TEXTS: RuleText[] = [];
