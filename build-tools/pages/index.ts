import { boardsPage } from './boards-page';
import { fitPage } from './fit-page';
import { modelsPage } from './models-page';
import { voicePicture } from './voice-picture';

/** The pages and pictures of docs/ that are generated from tables and from the code. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'boards.md': boardsPage,
  'models.md': modelsPage,
  'fit.md': fitPage,
  'pictures/voice-mig.svg': voicePicture,
};
