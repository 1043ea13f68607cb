import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about the identity of objects say, and why. */
export const IDENTITY_RULE_TEXTS: RuleText[] = [];
