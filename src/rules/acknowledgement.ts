import { ANNOTATION } from '../kubernetes';

/** `cdk8s-gpu/acknowledge: "MIG-027: the last one is meant; CP-001: partial"` on an object. */
const KEY = ANNOTATION.acknowledge;

type Annotations = Readonly<Record<string, string>>;

/** Why a person accepts what a rule finds in an object; undefined when nobody does. */
export function acknowledgement(annotations: Annotations, rule: string): string | undefined {
  const mine = entriesOf(annotations).find(each => each.startsWith(`${rule}:`))?.slice(rule.length + 1).trim();
  // a NimService writes down why its memory may be uncertain
  const accepted = rule === 'MEM-002' ? annotations['cdk8s-gpu/accepted-uncertain-memory'] : undefined;
  return (mine === '' ? undefined : mine) ?? accepted;
}

/** The annotation with one more acknowledgement, or with another reason for the same rule. */
export function acknowledge(annotations: Annotations, rule: string, reason: string): { key: string; value: string } {
  const others = entriesOf(annotations).filter(each => each !== '' && !each.startsWith(`${rule}:`));
  return { key: KEY, value: [...others, `${rule}: ${reason}`].join('; ') };
}

function entriesOf(annotations: Annotations): string[] {
  return (annotations[KEY] ?? '').split(';').map(each => each.trim());
}
