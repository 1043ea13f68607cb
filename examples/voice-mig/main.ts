import { App } from 'cdk8s';
import { VoiceMig } from './chart';

const app = new App();
new VoiceMig(app, 'voice-mig');
app.synth();
