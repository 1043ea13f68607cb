import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about layouts on boards say, and why. */
export const LAYOUT_RULE_TEXTS: RuleText[] = [];
