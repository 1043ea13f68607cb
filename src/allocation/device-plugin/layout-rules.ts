import { Gpu } from '../../hardware';
import { MigBoardLayouts } from '../board-layouts';
import { LayoutRule, layoutRulesByIndex } from './mig-parted-file';

/** The rules of the mig-parted file for these boards. Filters are needed only to tell several board types apart. */
export function layoutRules(path: string, boards: MigBoardLayouts[]): LayoutRule[] {
  return boards.flatMap(board => {
    const filters = boards.length > 1 ? deviceFilters(path, board.gpu) : undefined;
    return board.layouts === undefined
      ? [{ layout: board.layout!, deviceFilters: filters }]
      : layoutRulesByIndex(board.layouts, filters);
  });
}

function deviceFilters(path: string, gpu: Gpu): string[] {
  if (gpu.pciDeviceIds.length === 0) {
    throw new Error(`${path}: the PCI id of ${gpu.name} is not known, so it cannot be told from the other board of `
      + 'the pool; make a pool for each board');
  }
  return gpu.pciDeviceIds;
}
