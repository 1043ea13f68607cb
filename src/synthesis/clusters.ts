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

/** The objects of a cluster. */
export interface Cluster {
  /** Undefined where the app has none for it. */
  readonly operator?: IConstruct;
  readonly objects: ApiObject[];
}

/**
 * The objects of each cluster. An app with one GpuOperator is for one cluster. With several, an object is in the
 * cluster of the operator in its chart or in a chart around that, else of the pool that it takes a slice of, else of a
 * pool that something in its chart takes a slice of; a chart that shows nothing of this stands alone.
 */
export function clustersOf(objects: ApiObject[], memberships: Memberships): Cluster[] {
  const { operators, operatorOfPool, poolOfUser } = memberships;
  if (operators.length <= 1) { return [{ operator: operators[0], objects }]; }
  const operatorOfChart = operatorsByChart(memberships);
  const used = new Map<IConstruct, IConstruct>(); // by charts and by users
  for (const [user, pool] of poolOfUser) {
    const operator = operatorOfPool.get(pool);
    if (operator === undefined) { continue; }
    used.set(user, operator);
    const chart = Chart.of(user);
    if (!used.has(chart)) { used.set(chart, operator); }
  }
  const clusters = new Map<IConstruct, ApiObject[]>(); // by the operator, or by a chart that stands alone
  for (const object of objects) {
    const outwards = [...object.node.scopes].reverse();
    const cluster = firstKnown(outwards, operatorOfChart) ?? firstKnown(outwards, used) ?? Chart.of(object);
    const members = clusters.get(cluster);
    if (members === undefined) { clusters.set(cluster, [object]); } else { members.push(object); }
  }
  return [...clusters].map(([root, members]) => ({
    operator: operators.find(operator => operator === root),
    objects: members,
  }));
}

/** Those that take a slice of a pool in another cluster than the one that they are in, in words. */
export function strays(memberships: Memberships): string[] {
  const operatorOfChart = operatorsByChart(memberships);
  return [...memberships.poolOfUser].flatMap(([user, pool]) => {
    const theirs = memberships.operatorOfPool.get(pool);
    const own = operatorOf(user, operatorOfChart);
    if (theirs === undefined || own === undefined || theirs === own) { return []; }
    return [`${user.node.path}: it is in the cluster of ${own.node.path}, and takes a slice of pool ${pool}, which `
      + `is in the cluster of ${theirs.node.path}; take a slice of a pool of its own cluster, or move it to a chart of `
      + 'the other'];
  });
}

/**
 * The operator whose cluster a construct is in, by the charts around it; undefined where they show none and there are
 * several.
 */
export function operatorAround(construct: IConstruct, memberships: Memberships): IConstruct | undefined {
  return operatorOf(construct, operatorsByChart(memberships))
    ?? (memberships.operators.length === 1 ? memberships.operators[0] : undefined);
}

function operatorOf(construct: IConstruct, operatorOfChart: Map<IConstruct, IConstruct>): IConstruct | undefined {
  return firstKnown([...construct.node.scopes].reverse(), operatorOfChart);
}

function operatorsByChart({ operators }: Memberships): Map<IConstruct, IConstruct> {
  return new Map(operators.map(operator => [Chart.of(operator), operator]));
}

function firstKnown(scopes: IConstruct[], known: Map<IConstruct, IConstruct>): IConstruct | undefined {
  return scopes.map(scope => known.get(scope)).find(operator => operator !== undefined);
}
