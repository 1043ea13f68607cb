import { checkName, checkProps, needed, TEXT } from '../props';

/** How a pod asks for a slice: an extended resource, or a claim of Dynamic Resource Allocation. */
export class SliceAccess {
  /**
   * An extended resource, as the device plugin advertises it, or a DeviceClass with `extendedResourceName`.
   * @param name the resource, such as `nvidia.com/mig-3g.40gb`
   */
  public static resource(name: string): SliceAccess {
    checkProps('SliceAccess.resource', { name }, { name: needed(TEXT) });
    checkName('SliceAccess.resource', 'name', name);
    return new SliceAccess(name);
  }

  /**
   * A ResourceClaim. All pods that name it share its devices.
   * @param name the claim, in the namespace of the pod
   * @param request the request of the claim that the container gets; all of them where it is left out
   */
  public static claim(name: string, request?: string): SliceAccess {
    checkProps<{ name: string; request?: string }>(
      'SliceAccess.claim',
      { name, request },
      { name: needed(TEXT), request: TEXT },
    );
    return new SliceAccess(undefined, checkedName('ResourceClaim', name), undefined, request);
  }

  /**
   * A ResourceClaimTemplate: each pod gets a claim of its own.
   * @param name the template, in the namespace of the pod
   * @param request the request of the claim that the container gets; all of them where it is left out
   */
  public static claimTemplate(name: string, request?: string): SliceAccess {
    checkProps<{ name: string; request?: string }>(
      'SliceAccess.claimTemplate',
      { name, request },
      { name: needed(TEXT), request: TEXT },
    );
    return new SliceAccess(undefined, undefined, checkedName('ResourceClaimTemplate', name), request);
  }

  private constructor(
    /** The extended resource; undefined where a claim gives access. */
    public readonly resourceName?: string,
    /** The ResourceClaim; undefined unless there is one. */
    public readonly claimName?: string,
    /** The ResourceClaimTemplate; undefined unless there is one. */
    public readonly claimTemplateName?: string,
    /** The request of the claim; undefined for all requests, and for a resource. */
    public readonly request?: string,
  ) {}

  /** Whether a pod asks by a claim, and not by a resource. */
  public get isClaim(): boolean {
    return this.resourceName === undefined;
  }

  /** As in `nvidia.com/mig-3g.40gb`, or `claim speech, request asr`. */
  public toString(): string {
    if (this.resourceName !== undefined) { return this.resourceName; }
    const claim = this.claimName === undefined ? `claim template ${this.claimTemplateName}` : `claim ${this.claimName}`;
    return this.request === undefined ? claim : `${claim}, request ${this.request}`;
  }
}

/** Names of both kinds are DNS subdomains (apimachinery ValidateResourceClaimName: NameIsDNSSubdomain). */
function checkedName(kind: string, name: string): string {
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || name.length > 253) {
    throw new Error(`SliceAccess: "${name}" is not the name of a ${kind}: at most 253 lower case `
      + 'letters, digits, "-" and "."');
  }
  return name;
}
