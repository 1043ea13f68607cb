import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { dnsLabel, Fields, hashedName } from '../../kubernetes';
import { ClusterScopedObject } from '../objects/cluster-scoped-object';
import { SliceAccess } from '../slice-access';

/**
 * A claim, or a template of claims, before anybody uses it. Its name carries the hash of its content: the API server
 * takes no change of it.
 */
export interface PlannedClaim {
  readonly kind: 'ResourceClaim' | 'ResourceClaimTemplate';
  readonly name: string;
  readonly spec: Fields;
  /** What it needs and what about it is accepted, for people and for rules. */
  readonly annotations: Record<string, string>;
}

/** A template: each pod gets a claim of its own. */
export function plannedTemplate(
  pool: string,
  what: string,
  spec: Fields,
  annotations: Record<string, string>,
): PlannedClaim {
  return { kind: 'ResourceClaimTemplate', name: hashedName(`${pool}-${what}`, spec), spec, annotations };
}

/** A claim: all pods that name it share its devices. */
export function plannedClaim(
  pool: string,
  group: string,
  spec: Fields,
  annotations: Record<string, string>,
): PlannedClaim {
  return { kind: 'ResourceClaim', name: hashedName(`${pool}-${group}`, [group, spec]), spec, annotations };
}

/** How a container gets at a planned claim. */
export function accessTo({ kind, name }: PlannedClaim, request: string): SliceAccess {
  return kind === 'ResourceClaim' ? SliceAccess.claim(name, request) : SliceAccess.claimTemplate(name, request);
}

/**
 * The claims and templates of a cluster, written where somebody uses them: both belong to the namespace of the pods.
 */
export class Claims {
  private readonly written = new Map<string, ApiObject>();
  private readonly namespaceOfClaim = new Map<string, string | undefined>();

  constructor(private readonly scope: Construct, private readonly apiVersion: string) {}

  /**
   * Writes a claim into the namespace of a user, once.
   * @throws when a claim that pods share is used in two namespaces
   */
  public write(claim: PlannedClaim, user: string, namespace: string | undefined): void {
    const { kind, name, spec, annotations } = claim;
    const other = this.namespaceOfClaim.get(name);
    if (kind === 'ResourceClaim' && this.namespaceOfClaim.has(name) && other !== namespace) {
      throw new Error(`${user}: it is in ${shownNamespace(namespace)}, and the claim ${name} is used in `
        + `${shownNamespace(other)}: pods share a claim of their own namespace only. Give another group to share(), so `
        + 'that there is a claim for each');
    }
    this.namespaceOfClaim.set(name, namespace);
    const id = dnsLabel(`${kind === 'ResourceClaim' ? 'claim' : 'template'}-${namespace ?? ''}-${name}`);
    if (this.written.has(id)) { return; }
    // without a namespace the object must not get that of the operator's chart
    const Kind = namespace === undefined ? ClusterScopedObject : ApiObject;
    this.written.set(id, new Kind(this.scope, id, {
      apiVersion: this.apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      spec: kind === 'ResourceClaim' ? spec : { spec },
    }));
  }
}

function shownNamespace(namespace: string | undefined): string {
  return namespace === undefined ? 'no namespace of its own' : `namespace ${namespace}`;
}
