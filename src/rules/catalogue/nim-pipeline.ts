import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about NIMPipeline, NIMBuild and the webhooks say, and why. */
export const NIM_PIPELINE_RULE_TEXTS: RuleText[] = [];
