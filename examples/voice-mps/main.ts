import { App } from 'cdk8s';
import { VoiceMps } from './chart';

const app = new App();
new VoiceMps(app, 'voice-mps');
app.synth(); // prints the warning of README.md
