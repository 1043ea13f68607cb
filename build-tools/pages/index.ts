import { boardsPage } from './boards-page';
import { fitPage } from './fit-page';

/** The pages of docs/ that are generated from tables. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'boards.md': boardsPage,
  'fit.md': fitPage,
};
