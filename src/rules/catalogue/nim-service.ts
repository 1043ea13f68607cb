import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about a NIMService say, and why. */
export const NIM_SERVICE_RULE_TEXTS: RuleText[] = [];
