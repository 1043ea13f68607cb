import { App } from 'cdk8s';
import { VoiceDedicated } from './chart';

const app = new App();
new VoiceDedicated(app, 'voice-dedicated');
app.synth();
