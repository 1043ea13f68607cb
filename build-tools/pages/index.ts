import { boardsPage } from './boards-page';

/** The pages of docs/ that are generated from tables. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'boards.md': boardsPage,
};
