import { fieldsOf, numberIn, plainText } from '../kubernetes';
import { SliceAccess } from './slice-access';

type Fields = Record<string, any>;

/** A container that gets a device, and how. */
export interface Recipient {
  readonly pod: Fields;
  readonly container: Fields;
  /** Of the container, for messages. */
  readonly name: string;
  readonly access: SliceAccess;
  /** How many, where a resource gives access; a claim says it itself. */
  readonly count: number;
}

/**
 * Writes the request for a device into a container, and the claim, if it is one, into its pod.
 * @throws when the container asks for another GPU already
 */
export function giveDevice(recipient: Recipient): void {
  refuseSecondGpu(recipient);
  if (recipient.access.isClaim) { giveClaim(recipient); } else { giveResource(recipient); }
}

function giveResource({ container, access, count }: Recipient): void {
  const asked = { [access.resourceName!]: String(count) };
  container.resources = {
    ...container.resources,
    requests: { ...container.resources?.requests, ...asked },
    limits: { ...container.resources?.limits, ...asked },
  };
}

/**
 * The pod names a claim once, whichever containers take a part of it. Of a template it names one more where a container
 * has that part already: each gets a device of its own, as it would of the device plugin.
 */
function giveClaim({ pod, container, access }: Recipient): void {
  const source = access.claimName === undefined
    ? { resourceClaimTemplateName: access.claimTemplateName }
    : { resourceClaimName: access.claimName };
  const claims: Fields[] = pod.resourceClaims ?? [];
  const isTaken = ({ name: claim }: Fields) =>
    access.claimName === undefined
      && partsTaken(pod, claim).some(part => part === undefined || part === access.request);
  const there = claims.find(claim =>
    Object.entries(source).every(([key, value]) => claim[key] === value) && !isTaken(claim));
  const name = there?.name ?? firstFree('gpu', claims.map(claim => claim.name));
  if (there === undefined) { pod.resourceClaims = [...claims, { name, ...source }]; }
  const request = access.request === undefined ? {} : { request: access.request };
  container.resources = {
    ...container.resources,
    claims: [...container.resources?.claims ?? [], { name, ...request }],
  };
}

/** The requests of a claim that containers of the pod have; undefined for all of it. */
function partsTaken(pod: Fields, claim: string): (string | undefined)[] {
  const taken = (pod.containers ?? [])
    .flatMap((each: Fields) => each.resources?.claims ?? [])
    .filter(({ name }: Fields) => name === claim);
  return taken.map(({ request }: Fields) => request);
}

/** `gpu`, or `gpu-2` and so on where a claim of the pod has that name. */
function firstFree(name: string, taken: unknown[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number++) { free = `${name}-${number}`; }
  return free;
}

/** One CUDA process uses one device of one resource; two of them in a container are an accident (POD-001). */
function refuseSecondGpu({ container, name, access }: Recipient): void {
  const asked = { ...fieldsOf(container.resources?.requests), ...fieldsOf(container.resources?.limits) };
  const other = Object.keys(asked)
    .find(resource =>
      resource.startsWith('nvidia.com/') && resource !== access.resourceName && numberIn(asked[resource] ?? 0) !== 0);
  if (other !== undefined) {
    throw new Error(`container "${name}" already asks for ${other}: ${plainText(asked[other])}, and would get ` +
      `${access} beside it; one container takes one GPU resource [POD-001]. Remove the other request`);
  }
}
