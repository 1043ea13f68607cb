import { App } from 'cdk8s';
import { DraDynamicMig } from './chart';

const app = new App();
new DraDynamicMig(app, 'dra-dynamic-mig');
app.synth();
