import { AMPERE } from './ampere';
import { BLACKWELL } from './blackwell';
import { Board } from './board';
import { HOPPER } from './hopper';
import { WITHOUT_MIG } from './without-mig';

/** Every board of the catalogue. */
export const BOARDS: readonly Board[] = [...AMPERE, ...HOPPER, ...BLACKWELL, ...WITHOUT_MIG];
