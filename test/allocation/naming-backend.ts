import { AllocationBackend, DeviceOffer, PoolDeclaration, SliceAccess, TaintRuleForm, WantedDevice } from '../../src/allocation';

/** A back end that writes nothing: each kind of device of a pool is a resource that somebody else advertises. */
export class NamingBackend implements AllocationBackend {
  public readonly pools: PoolDeclaration[] = [];

  public register(pool: PoolDeclaration): void {
    this.pools.push(pool);
  }

  public offer(pool: PoolDeclaration, { kind, profile }: WantedDevice): DeviceOffer {
    return {
      access: SliceAccess.resource(`gpus.example.com/${[pool.name, kind, profile].filter(Boolean).join('.')}`),
      nodeSelector: this.labelsOf(pool),
      tolerations: pool.nodes.taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect })),
    };
  }

  public taintRule(): TaintRuleForm {
    return { apiVersion: 'gpus.example.com/v1', annotations: {} };
  }

  public labelsOf(pool: PoolDeclaration): Record<string, string> {
    return { 'gpus.example.com/pool': pool.name };
  }

  public decisions(): string[] {
    return this.pools.map(pool => `${pool.path} is served.`);
  }

  public actions(): string[] {
    return [];
  }
}
