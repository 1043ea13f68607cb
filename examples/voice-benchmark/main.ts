import { App } from 'cdk8s';
import { VoiceBenchmark } from './chart';

const app = new App();
new VoiceBenchmark(app, 'voice-benchmark');
app.synth();
