import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';

/** What the constructs of an app said of the clusters that it is for. */
export interface Memberships {
  /** One a cluster: its GpuOperator. */
  readonly operators: IConstruct[];
  /** The operator of each pool, by the pool's construct path. */
  readonly operatorOfPool: Map<string, IConstruct>;
  /** The pool that a construct, and what is under it, takes its slice of. */
  readonly poolOfUser: Map<IConstruct, string>;
}

/**
 * The objects of each cluster. An app with one GpuOperator is for one cluster. With several, an object is in the cluster of the
 * operator in its chart or in a chart around that, else of the pool that it takes a slice of, else of a pool that something
 * in its chart takes a slice of; a chart that shows nothing of this stands alone.
 */
export function clustersOf(objects: ApiObject[], { operators, operatorOfPool, poolOfUser }: Memberships): ApiObject[][] {
  if (operators.length <= 1) { return [objects]; }
  const operatorOfChart = new Map<IConstruct, IConstruct>(operators.map(operator => [Chart.of(operator), operator]));
  const used = new Map<IConstruct, IConstruct>(); // by charts and by users
  for (const [user, pool] of poolOfUser) {
    const operator = operatorOfPool.get(pool);
    if (operator === undefined) { continue; }
    used.set(user, operator);
    const chart = Chart.of(user);
    if (!used.has(chart)) { used.set(chart, operator); }
  }
  const clusters = new Map<IConstruct, ApiObject[]>();
  for (const object of objects) {
    const outwards = [...object.node.scopes].reverse();
    const cluster = firstKnown(outwards, operatorOfChart) ?? firstKnown(outwards, used) ?? Chart.of(object);
    const members = clusters.get(cluster);
    if (members === undefined) { clusters.set(cluster, [object]); } else { members.push(object); }
  }
  return [...clusters.values()];
}

function firstKnown(scopes: IConstruct[], known: Map<IConstruct, IConstruct>): IConstruct | undefined {
  return scopes.map(scope => known.get(scope)).find(operator => operator !== undefined);
}
