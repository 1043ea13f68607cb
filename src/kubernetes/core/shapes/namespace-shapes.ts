import { Issues, wrongValue } from './shape-issue';
import { at, Fields, plainText } from '../../fields';

const MODES = ['enforce', 'audit', 'warn'];
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** What the labels of Pod Security Admission take (kubernetes/pod-security-admission@v0.37.0 api/helpers.go). */
export function* namespaceIssues(object: Readonly<Fields>): Issues {
  for (const mode of MODES) {
    const key = `pod-security.kubernetes.io/${mode}`;
    yield* labelIssue(object, key, level => LEVELS.includes(level), `one of ${LEVELS.join(', ')}`);
    yield* labelIssue(object, `${key}-version`, version => /^(?:latest|v1\.\d+)$/.test(version), 'latest, or v1.N');
  }
}

function* labelIssue(object: Readonly<Fields>, key: string, takes: (text: string) => boolean, form: string): Issues {
  const value = at(object, 'metadata', 'labels', key);
  if (value === undefined || (typeof value !== 'string' && value !== null) || takes(value ?? '')) { return; }
  yield wrongValue(['metadata', 'labels', key], `is "${plainText(value).slice(0, 63)}", not ${form}`, `write ${form}`);
}
