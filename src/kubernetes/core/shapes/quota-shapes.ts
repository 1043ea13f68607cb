import { contradiction, Issues, repeatedIn, wrongValue } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText } from '../../fields';
import { isTemplated } from '../../placeholder';
import { isQuantity, quantityOf } from '../../quantity';

/** pkg/apis/core/helper IsStandardContainerResourceName; every other resource has a domain before its name. */
const OF_CONTAINERS = /^(?:cpu|memory|ephemeral-storage|hugepages-.+|attachable-volumes-.+)$/;

/** The resources of pods and containers and, in quotas and limits, of what else is counted (IsStandardResourceName). */
const COUNTED = new RegExp(
  '^(?:(?:requests\\.|limits\\.)?(?:cpu|memory|ephemeral-storage)|(?:requests\\.)?storage|(?:requests\\.|limits\\.)?hugepages-.+'
  + '|pods|services|services\\.nodeports|services\\.loadbalancers|replicationcontrollers|resourcequotas|secrets|configmaps'
  + '|persistentvolumeclaims|attachable-volumes-.+)$',
);

/** Names of resources that neither Kubernetes knows nor a domain stands before. */
export function* resourceNameIssues(path: Path, amounts: unknown, of: 'container' | 'quota'): Issues {
  const known = of === 'container' ? OF_CONTAINERS : COUNTED;
  for (const name of Object.keys(fieldsOf(amounts))) {
    if (name.includes('/') || known.test(name) || isTemplated(name)) { continue; }
    yield wrongValue(
      [...path, name],
      'is no resource that Kubernetes knows, and has no domain before its name',
      'write cpu, memory, ephemeral-storage, or a name such as nvidia.com/gpu',
    );
  }
}

/** pkg/apis/core/validation ValidateResourceQuota. */
export function* quotaIssues(object: Readonly<Fields>): Issues {
  const hard = at(object, 'spec', 'hard');
  yield* resourceNameIssues(['spec', 'hard'], hard, 'quota');
  for (const [name, amount] of Object.entries(fieldsOf(hard))) {
    if (!isQuantity(amount) || quantityOf(amount)! >= 0) { continue; }
    yield wrongValue(['spec', 'hard', name], `is ${plainText(amount)}, less than nothing`, 'write 0 or more');
  }
}

/** From the least to the most of a LimitRange, each of which may be left out. */
const ORDER = ['min', 'defaultRequest', 'default', 'max'];

/** pkg/apis/core/validation ValidateLimitRange. */
export function* limitRangeIssues(object: Readonly<Fields>): Issues {
  const limits = listOf(at(object, 'spec', 'limits'));
  yield* repeatedIn(['spec', 'limits'], limits.map(each => at(each, 'type')));
  for (const [index, limit] of limits.entries()) {
    if (!isFields(limit)) { continue; }
    const path = ['spec', 'limits', index];
    for (const field of ORDER) { yield* resourceNameIssues([...path, field], limit[field], 'quota'); }
    for (const name of new Set(ORDER.flatMap(field => Object.keys(fieldsOf(limit[field]))))) {
      const said = ORDER.map(field => ({ field, amount: amountOf(limit[field], name) }))
        .filter(each => isQuantity(each.amount));
      for (const [position, { field, amount }] of said.slice(1).entries()) {
        const before = said[position];
        if (quantityOf(before.amount)! <= quantityOf(amount)!) { continue; }
        yield contradiction(
          [...path, field, name],
          `is ${plainText(amount)}, less than ${before.field} (${plainText(before.amount)})`,
          `write at least ${plainText(before.amount)}`,
        );
      }
    }
  }
}

/** The API server reads a null as none at all. */
function amountOf(amounts: unknown, name: string): unknown {
  const amount = at(amounts, name);
  return amount === null ? 0 : amount;
}

/** pkg/apis/node/validation ValidateRuntimeClass. */
export function* runtimeClassIssues(object: Readonly<Fields>): Issues {
  yield* resourceNameIssues(['overhead', 'podFixed'], at(object, 'overhead', 'podFixed'), 'container');
}
