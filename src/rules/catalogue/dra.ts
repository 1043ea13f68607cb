import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about Dynamic Resource Allocation say, and why. */
export const DRA_RULE_TEXTS: RuleText[] = [];
