import { at, Fields, isFields } from '../../../kubernetes';
import { shown } from '../../../text';
import { Rule, RuleFinding } from '../../rule';
import { isSet, nimServiceRule, wholeNimServiceRule } from '../nim-rule';

/** Rules about image, secret, replicas and autoscaling of a NIMService. */
export const NIM_IMAGE_AND_SCALE_RULES: Rule[] = [
  wholeNimServiceRule('NIM-001', function* ({ image }) {
    for (const key of ['repository', 'tag'].filter(each => !isSet(at(image, each)) || at(image, each) === '')) {
      yield { path: ['image', key], message: `image.${key} is ${at(image, key) === '' ? 'empty' : 'missing'}; the container image is made of repository:tag`, fix: `write image.${key}` };
    }
  }),
  wholeNimServiceRule('NIM-002', function* ({ authSecret }) {
    if (!isSet(authSecret)) {
      yield { path: ['authSecret'], message: 'authSecret is missing; the CRD requires it up to NIM Operator 3.1.2', fix: 'name the Secret with the key NGC_API_KEY' };
    }
  }),
  nimServiceRule('NIM-003', function* ({ authSecret }) {
    if (authSecret === '') {
      yield { path: ['authSecret'], message: 'authSecret is empty; up to NIM Operator 3.1.2 the pod then refers to a Secret without a name', fix: 'name the Secret with the key NGC_API_KEY' };
    }
  }),
  nimServiceRule('NIM-004', function* (spec) {
    if (isScaled(spec) && isSet(spec.replicas)) {
      yield { path: ['replicas'], message: `replicas ${shown(spec.replicas)} beside scale.enabled: the API server refuses both together`, fix: 'remove replicas; hpa.minReplicas is the least' };
    }
  }),
  nimServiceRule('NIM-005', function* (spec) {
    if (isScaled(spec) && isSet(spec.multiNode)) {
      yield { path: ['scale', 'enabled'], message: 'a service over several nodes cannot scale: the API server refuses scale.enabled with multiNode', fix: 'set replicas instead' };
    }
  }),
  wholeNimServiceRule('NIM-006', function* (spec) {
    const most = at(spec, 'scale', 'hpa', 'maxReplicas');
    if (isScaled(spec) && !(typeof most === 'number' && most >= 1)) {
      yield {
        path: ['scale', 'hpa', 'maxReplicas'],
        message: `scale.enabled with maxReplicas ${isSet(most) ? String(most) : 'missing'}: the HorizontalPodAutoscaler would have a maximum of 0, which Kubernetes refuses`,
        fix: 'give scale.hpa.maxReplicas of at least 1',
      };
    }
  }),
  nimServiceRule('NIM-007', function* (spec) {
    const hpa = at(spec, 'scale', 'hpa');
    const [least, most] = [at(hpa, 'minReplicas'), at(hpa, 'maxReplicas')];
    if (typeof least === 'number' && least < 1) {
      yield { path: ['scale', 'hpa', 'minReplicas'], message: `minReplicas is ${least}; the least that the CRD takes is 1`, fix: 'write 1, or leave it out' };
    } else if (isScaled(spec) && typeof least === 'number' && typeof most === 'number' && most >= 1 && least > most) {
      yield { path: ['scale', 'hpa', 'maxReplicas'], message: `maxReplicas ${most} is below minReplicas ${least}, and Kubernetes refuses the HorizontalPodAutoscaler`, fix: 'raise maxReplicas' };
    }
  }),
  nimServiceRule('NIM-008', function* ({ replicas }) {
    if (replicas === 0) { yield { path: ['replicas'], message: 'replicas: 0 is refused before NIM Operator 3.1.0', fix: 'upgrade, or delete the object to stop it' }; }
  }),
  {
    id: 'NIM-009',
    *check(model) {
      const single = model.nimServices
        .filter(({ spec, document, disabled }) => !disabled && !document.isPartial && !isScaled(spec) && (spec.replicas ?? 1) === 1);
      if (single.length === 0) { return; }
      const [{ document, path }] = single;
      const names = single.slice(0, 5).map(each => each.name).join(', ') + (single.length > 5 ? ` and ${single.length - 5} more` : '');
      const finding: RuleFinding = {
        document,
        path: [...path, 'replicas'],
        message: `one replica (${names}): every update takes the service down while the new pod starts, and no field changes that`,
        fix: 'give it two where that matters and the GPUs are there',
      };
      yield finding;
    },
  },
];

/** Whether the operator makes a HorizontalPodAutoscaler. */
function isScaled({ scale }: Readonly<Fields>): boolean {
  return isFields(scale) && scale.enabled === true;
}
