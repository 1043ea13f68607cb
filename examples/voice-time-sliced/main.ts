import { App } from 'cdk8s';
import { OneNode, TwoPools } from './chart';

// two ways to the same topology, each for a cluster of its own
const app = new App();
new TwoPools(app, 'two-pools');
new OneNode(app, 'one-node');
app.synth();
