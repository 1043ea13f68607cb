/** The pattern of a host domain in the CRD (apps.nvidia.com_nimservices.yaml, expose.router.hostDomainName). */
export const HOST_DOMAIN_OF_CRD = '^(([a-z0-9][a-z0-9\\-]*[a-z0-9])|[a-z0-9]+\\.)*([a-z]+|xn\\-\\-[a-z0-9]+)\\.?$';

/**
 * The same, without a repetition inside a repetition: of some names of 60 characters that one takes for ever to say no. Both refuse a label
 * that ends in a hyphen and one character, as in `a-b.example.com`.
 */
export const HOST_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9]{2}|[a-z0-9]*)\.)*(?:[a-z0-9][a-z0-9-]*[a-z0-9])?(?:[a-z]+|xn--[a-z0-9]+)\.?$/;
