import * as fs from 'fs';
import * as path from 'path';
import { compare, ratioOf, temporary } from './cpu-of-process';
import { Row } from './synthesis';

const COMMAND = path.join(__dirname, '..', 'bin', 'cdk8s-gpu');
const NOTHING = ['-e', '0'];
const PEERS = "require('cdk8s'); require('cdk8s-plus-28');";

function oneFile(): string {
  const file = temporary('one.yaml');
  fs.writeFileSync(
    file,
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: x, resources: {limits: '
      + '{nvidia.com/gpu: 1}}}]}\n',
  );
  return file;
}

/** A command over Node that does nothing, and `require` over that of the packages that a program has anyway. */
export const COMMAND_LINE: Row[] = [
  {
    what: '`require` after `cdk8s` and `cdk8s-plus-28`',
    aim: 1.05,
    measure: () => ratioOf(compare(15, ['-e', `${PEERS} require('${path.join(__dirname, '..')}')`], ['-e', PEERS])),
  },
  {
    what: '`cdk8s-gpu --help` over bare Node',
    aim: 1.6,
    measure: () => ratioOf(compare(15, [COMMAND, '--help'], NOTHING)),
  },
  {
    what: '`cdk8s-gpu lint` of one file over bare Node',
    aim: 2.2,
    measure: () => ratioOf(compare(15, [COMMAND, 'lint', oneFile()], NOTHING)),
  },
  {
    what: '`cdk8s-gpu explain MIG-008` over bare Node',
    measure: () => ratioOf(compare(15, [COMMAND, 'explain', 'MIG-008'], NOTHING)),
  },
];
