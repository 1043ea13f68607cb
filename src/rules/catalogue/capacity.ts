import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about what the pools hold say, and why. */
export const CAPACITY_RULE_TEXTS: RuleText[] = [];
