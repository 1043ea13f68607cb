import * as fs from 'fs';
import * as path from 'path';
import { App } from 'cdk8s';
import { MixedFleet } from './chart';

const app = new App();
const { operator } = new MixedFleet(app, 'mixed-fleet');
app.synth();

// the policy's settings, for: kubectl patch clusterpolicy cluster-policy --type merge --patch-file
// cluster-policy.patch.yaml
fs.writeFileSync(path.join(app.outdir, 'cluster-policy.patch.yaml'), operator.renderMergePatch());
for (const decision of operator.decisions) { console.log(`  ${decision}`); }
