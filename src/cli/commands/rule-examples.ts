import * as fs from 'fs';
import * as path from 'path';
import { Rule } from '../../rules';

/** The fixtures of the rules, which are part of the package. */
const FIXTURES = path.join(__dirname, '..', '..', '..', 'rules');

/** What a rule finds, and what it does not: its fixtures, or the examples of a rule that has no check. */
export function examplesOf({ id, check, bad, good }: Rule): { bad: string; good: string } {
  if (check === undefined) { return { bad: bad ?? '', good: good ?? '' }; }
  const fixture = (which: string) => fs.readFileSync(path.join(FIXTURES, `${id}.${which}.yaml`), 'utf8').trimEnd();
  return { bad: fixture('bad'), good: fixture('good') };
}
