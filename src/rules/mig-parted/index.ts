import { Rule } from '../rule';
import { BOARD_RULES } from './boards';
import { CONFIG_MAP_RULES } from './config-maps';
import { FILE_RULES } from './file';
import { MEETING_RULES } from './overlapping-entries';

/** Rules about the mig-parted file: one bad entry of it fails every node. */
export const MIG_PARTED_RULES: Rule[] = [...FILE_RULES, ...BOARD_RULES, ...MEETING_RULES, ...CONFIG_MAP_RULES];
