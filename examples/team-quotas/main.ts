import { App } from 'cdk8s';
import { TeamQuotas } from './chart';

const app = new App();
new TeamQuotas(app, 'team-quotas');
app.synth();
