/**
 * What the CRD takes as `expose.router.hostDomainName`. Its own pattern, `CRD_HOST_DOMAIN`, is meant for Go, whose
 * regular expressions take linear time; here it would take hours over a name of 60 characters that it does not match.
 * This takes the same names in linear time, label by label.
 */
export const HOST_DOMAIN = {
  test(name: string): boolean {
    const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
    return labels.slice(0, -1).every(isInnerLabel) && isLastLabel(labels.at(-1)!);
  },
};

/** Letters, digits and hyphens inside; with a hyphen, two letters or digits end it. */
function isInnerLabel(label: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(label) && (!label.includes('-') || /[a-z0-9]{2}$/.test(label));
}

/** It ends with a letter, or with what stands behind `xn--`. */
function isLastLabel(label: string): boolean {
  if (/^[a-z]+$/.test(label)) { return true; }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(label)) { return false; }
  if (label.length >= 3 && /[a-z0-9][a-z]$/.test(label)) { return true; }
  const encoded = label.lastIndexOf('xn--');
  return encoded >= 0
    && /^[a-z0-9]+$/.test(label.slice(encoded + 4))
    && (encoded === 0 || (encoded > 1 && /[a-z0-9]/.test(label[encoded - 1])));
}

/** As the CRD has it (apps.nvidia.com_nimservices.yaml, expose.router.hostDomainName). */
export const CRD_HOST_DOMAIN = '^(([a-z0-9][a-z0-9\\-]*[a-z0-9])|[a-z0-9]+\\.)*([a-z]+|xn\\-\\-[a-z0-9]+)\\.?$';
