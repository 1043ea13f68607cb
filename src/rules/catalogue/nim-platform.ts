import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about what surrounds a NIMService: exposure, metrics, platform, multi-node say, and why. */
export const NIM_PLATFORM_RULE_TEXTS: RuleText[] = [];
