import { App } from 'cdk8s';
import { VoiceReinvested } from './chart';

const app = new App();
const { voice } = new VoiceReinvested(app, 'voice-reinvested');
app.synth();

for (const decision of voice.decisions) { console.log(`  ${decision}`); }
