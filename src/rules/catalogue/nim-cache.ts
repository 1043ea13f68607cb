import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about NIMCache say, and why. */
export const NIM_CACHE_RULE_TEXTS: RuleText[] = [];
