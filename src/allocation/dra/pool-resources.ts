import { classOfProfile, ResourceClass, WHOLE_GPU_CLASS } from './device-classes';
import { WantedDevice } from '../allocation-backend';
import { layoutsOf, profilesOf } from '../board-layouts';
import { SaidLayouts } from '../node-labels';
import { PoolDeclaration } from '../pool-declaration';

/** The resources that a pool's own devices are asked for by. Shared devices are claimed, and have none. */
export function resourcesOf(pool: PoolDeclaration): ResourceClass[] {
  const hasWhole = pool.boards.length === 0
    ? pool.sharing === undefined
    : pool.boards.flatMap(layoutsOf).some(layout => layout.isWhole);
  const cut = pool.sharing === undefined
    ? pool.boards.flatMap(board => profilesOf([board]).map(profile => classOfProfile(board.gpu, profile)))
    : [];
  return [...cut, ...(hasWhole ? [WHOLE_GPU_CLASS] : [])];
}

export function resourceOf({ gpu, profile }: WantedDevice): ResourceClass {
  return profile === undefined ? WHOLE_GPU_CLASS : classOfProfile(gpu!, profile);
}

/**
 * What a pool may hand out on each GPU, for who reads the manifests: no file of the operands says it. Not of a pool
 * that shares, and not where several boards are cut each its own way.
 */
export function layoutsSaid({ boards, sharing }: PoolDeclaration): SaidLayouts | undefined {
  if (sharing !== undefined || boards.length > 1) { return undefined; }
  return boards.length === 0 ? [{}] : layoutsOf(boards[0]).map(({ profiles }) => profiles);
}
