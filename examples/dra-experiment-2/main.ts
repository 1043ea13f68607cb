import { App } from 'cdk8s';
import { DraExperimentTwo } from './chart';

const app = new App();
new DraExperimentTwo(app, 'dra-experiment-2');
app.synth();
