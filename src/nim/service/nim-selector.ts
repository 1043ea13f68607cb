import { NimModel } from '../../models';
import { nearestName } from '../../text';

/**
 * What a selector of a speech NIM is made of (NVIDIA/skills, nemotron-speech references;
 * docs/facts/nim-operator.md "Speech NIMs"). Undefined: anything.
 */
const GRAMMAR: Record<string, string[] | undefined> = {
  name: undefined,
  mode: ['str', 'str-thr', 'ofl', 'all'],
  vad: ['default', 'silero'],
  diarizer: ['disabled', 'sortformer'],
  type: undefined,
  model_type: ['prebuilt', 'rmir'],
  batch_size: undefined,
};

/**
 * Refuses a selector of a speech NIM that is a slip of the pen: the NIM would look for a profile that does not exist,
 * and end. A key that is like none of the known ones passes: a later release may have it.
 */
export function checkSelector(place: string, model: NimModel, selector: string | undefined): void {
  if (selector === undefined || !model.isSpeech) { return; }
  for (const pair of selector.split(',').map(each => each.trim())) {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (key === undefined) {
      throw new Error(`${place}: selector "${selector}" has the part "${pair}", which is no key=value; write it `
        + 'as in mode=str,vad=silero');
    }
    const isKnown = Object.hasOwn(GRAMMAR, key);
    const meant = isKnown ? undefined : nearestName(key, Object.keys(GRAMMAR));
    if (meant !== undefined) {
      throw new Error(`${place}: selector "${selector}" has "${key}", which no speech NIM knows; write ${meant}`);
    }
    const values = isKnown ? GRAMMAR[key] : undefined;
    if (values !== undefined && !values.includes(value)) {
      throw new Error(`${place}: selector "${selector}" has ${key}=${value}; ${key} is one of ${values.join(', ')}. `
        + 'Give one, or a newer one by env NIM_TAGS_SELECTOR');
    }
    if (key === 'batch_size' && !/^[1-9]\d*$/.test(value)) {
      throw new Error(`${place}: selector "${selector}" has batch_size=${value}; give a whole number`);
    }
  }
}
