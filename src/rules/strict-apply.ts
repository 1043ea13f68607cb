import { Finding } from './finding';

/** What a strict apply refuses, and another drops or merges into what is there. */
const REFUSED_BY_STRICT = ['CP-001', 'SCH-001', 'SCH-005', 'SCH-006', 'SCH-008', 'SCH-010'];

/** A finding as it is to who applies strictly: unknown and missing fields and repeated items are errors. */
export function asStrictApply(finding: Finding): Finding {
  return REFUSED_BY_STRICT.includes(finding.rule) && finding.severity === 'warning'
    ? { ...finding, severity: 'error' }
    : finding;
}
