import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about devices that a NIMService claims say, and why. */
export const NIM_CLAIM_RULE_TEXTS: RuleText[] = [];
