import { App } from 'cdk8s';
import { FiveBoards, OneBoard } from './chart';

// two sizes of the same pipeline, each for a cluster of its own
const app = new App();
new FiveBoards(app, 'five-boards');
new OneBoard(app, 'one-board');
app.synth();
