import { App } from 'cdk8s';
import { VllmOnASlice } from './chart';

const app = new App();
new VllmOnASlice(app, 'vllm-on-a-slice');
app.synth();
