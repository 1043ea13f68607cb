export { main } from './main';
export type { Terminal } from './shell/terminal';
