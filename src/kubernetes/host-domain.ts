/**
 * What the CRD takes as `expose.router.hostDomainName`. Its own pattern, `CRD_HOST_DOMAIN`, is meant for Go, whose regular expressions take
 * linear time; here it would take hours over a name of 60 characters that it does not match. This one takes the same names
 * without two ways to read any label: labels of letters and digits, with hyphens inside if two of those end it, then the last label.
 */
export const HOST_DOMAIN = /^(?:[a-z0-9]+(?:-[a-z0-9-]*[a-z0-9]{2})?\.)*(?:[a-z]+|[a-z0-9][a-z0-9-]*[a-z0-9][a-z]+|(?:[a-z0-9][a-z0-9-]*[a-z0-9])?xn--[a-z0-9]+)\.?$/;

/** As the CRD has it (apps.nvidia.com_nimservices.yaml, expose.router.hostDomainName). */
export const CRD_HOST_DOMAIN = '^(([a-z0-9][a-z0-9\\-]*[a-z0-9])|[a-z0-9]+\\.)*([a-z]+|xn\\-\\-[a-z0-9]+)\\.?$';
