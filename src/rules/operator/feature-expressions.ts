import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, isTemplated, listOf, Path, textOf } from '../../kubernetes';
import { counted } from '../../text';
import { defineRule, Rule } from '../rule';

/** How many values an operation takes; others than these take one or more. */
const VALUE_COUNTS: Readonly<Record<string, number>> = {
  Exists: 0, DoesNotExist: 0, IsTrue: 0, IsFalse: 0, Gt: 1, Ge: 1, Lt: 1, Le: 1, GtLt: 2, GeLe: 2,
};
const WITH_VALUES = ['In', 'NotIn', 'InRegexp'];
const COMPARING = ['Gt', 'Ge', 'Lt', 'Le', 'GtLt', 'GeLe'];

/** strconv.Atoi */
const NUMBER = /^[-+]?\d+$/;
/** Masterminds/semver NewVersion, which fills in what is left out. */
const VERSION = /^v?\d+(?:\.\d+){0,2}(?:[-+].+)?$/;
/** What regular expressions of Go do not have: looking around, and what was matched before. */
const NOT_IN_GO = /\(\?<?[=!]|\\[1-9]/;

/** Features that are there or not, and have no value (node-feature-discovery source: NewFlagFeatures). */
const FLAGS = ['cpu.cpuid', 'kernel.loadedmodule', 'kernel.enabledmodule'];

/** The fields that hold the rules of a kind. */
const RULES_OF: Readonly<Record<string, string>> = { NodeFeatureRule: 'rules', NodeFeatureGroup: 'featureGroupRules' };

/** An expression of NodeFeatureRules and NodeFeatureGroups. */
interface Expression {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly feature: string;
  readonly operation: string;
  readonly values: readonly unknown[];
  readonly type: string;
  /** Whether it is about the value of an attribute, and not its name. */
  readonly isOfValue: boolean;
}

/** Rules about the expressions by which NFD finds features of nodes. */
export const FEATURE_EXPRESSION_RULES: Rule[] = [
  defineRule({
    id: 'NFD-009',
    name: 'feature-expression',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'nodes without the feature never come to the expression, so a cluster of such nodes sees no error, and '
      + 'no label either; what a tool fills in is let pass',
    sentence: 'the values of an expression in a NodeFeatureRule or NodeFeatureGroup go with its op: none for Exists, '
      + 'DoesNotExist, IsTrue and IsFalse, one for Gt, Ge, Lt and Le, two for GtLt and GeLe in rising order, and whole '
      + 'numbers for these six, or versions with type: version',
    why: 'the CRD takes the object, and NFD logs an error and passes over the whole rule on every node that has the '
      + 'feature, so that no node gets its labels. A flag, such as a kernel module, has no value: an op that asks for '
      + 'one never matches (a warning)',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/apis/nfd/nodefeaturerule/expression.go '
      + 'evaluateMatchExpression; kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/nfd-master/nfd-master.go#L1117-L1122; '
      + 'kubernetes-sigs/node-feature-discovery@76e6cc8c source/kernel/kernel.go#L146-L153',
    *check(model) {
      for (const found of expressionsOf(model)) {
        const { document, path, feature, operation, values } = found;
        const wrong = wrongValues(found);
        if (wrong !== undefined) {
          yield {
            document,
            path: [...path, ...values.length > 0 ? ['value'] : []],
            message: `op ${operation} ${wrong.what}: NFD passes over the whole rule`,
            fix: wrong.fix,
          };
        } else if (found.isOfValue && FLAGS.includes(feature) && asksForValue(operation)) {
          yield {
            document,
            path: [...path, 'op'],
            message: `op ${operation} asks for a value, and ${feature} has none, so that it never matches`,
            fix: 'use Exists or DoesNotExist',
            severity: 'warning',
          };
        }
      }
    },
  }),
];

interface Wrong { readonly what: string; readonly fix: string }

function asksForValue(operation: string): boolean {
  return operation !== 'Exists' && operation !== 'DoesNotExist'
    && (WITH_VALUES.includes(operation) || Object.hasOwn(VALUE_COUNTS, operation));
}

function wrongValues({ operation, values, type }: Expression): Wrong | undefined {
  const texts = values.map(value => textOf(value) ?? '');
  if (values.some(value => typeof value !== 'string') || texts.some(isTemplated)) { return undefined; } // see NFD-006
  if (WITH_VALUES.includes(operation)) {
    if (texts.length === 0) { return { what: 'has no value', fix: 'add values, or use Exists' }; }
    const odd = operation === 'InRegexp' ? texts.find(text => NOT_IN_GO.test(text)) : undefined;
    return odd === undefined ? undefined : {
      what: `has "${short(odd)}", which is no regular expression of Go`,
      fix: 'write it without looking around and without what was matched before',
    };
  }
  if (!Object.hasOwn(VALUE_COUNTS, operation)) { return undefined; } // NFD-002 reports it
  const count = VALUE_COUNTS[operation];
  if (texts.length !== count) {
    const wanted = count === 0 ? 'takes none' : `takes ${count}`;
    return {
      what: `has ${counted(texts.length, 'value')}, and ${wanted}`,
      fix: count === 0 ? 'remove the values, or use In' : `write ${counted(count, 'value')}`,
    };
  }
  return COMPARING.includes(operation) ? wrongNumbers(texts, type) : undefined;
}

function wrongNumbers(texts: readonly string[], type: string): Wrong | undefined {
  if (type !== '' && type !== 'version') {
    return {
      what: `has type ${type}, and compares whole numbers or versions`,
      fix: 'write type: version, or remove it',
    };
  }
  const odd = texts.find(text => !(type === 'version' ? VERSION : NUMBER).test(text));
  if (odd !== undefined) {
    return type === 'version'
      ? { what: `has "${short(odd)}", which is no version`, fix: 'write a version such as "6.8.0"' }
      : { what: `has "${short(odd)}", which is no whole number`, fix: 'write a whole number, or add type: version' };
  }
  return type === '' && texts.length === 2 && Number(texts[0]) >= Number(texts[1])
    ? { what: `has ${texts.map(short).join(' and ')}, which do not rise`, fix: 'write the lesser first' }
    : undefined;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function* expressionsOf(model: ClusterModel): Generator<Expression> {
  for (const [kind, field] of Object.entries(RULES_OF)) {
    for (const document of model.ofKind(kind)) {
      for (const [index, rule] of listOf(document.spec[field]).entries()) {
        for (const { matcher, path } of matchersOf(rule, ['spec', field, index])) {
          const feature = textOf(at(matcher, 'feature')) ?? '';
          for (const [key, each] of Object.entries(fieldsOf(at(matcher, 'matchExpressions')))) {
            yield* expression(each, { document, feature, path: [...path, 'matchExpressions', key], isOfValue: true });
          }
          const ofName = { document, feature, path: [...path, 'matchName'], isOfValue: false };
          yield* expression(at(matcher, 'matchName'), ofName);
        }
      }
    }
  }
}

function* expression(
  value: unknown,
  place: Pick<Expression, 'document' | 'path' | 'feature' | 'isOfValue'>,
): Generator<Expression> {
  if (!isFields(value)) { return; }
  const operation = textOf(value.op) ?? '';
  yield { ...place, operation, values: listOf(value.value), type: textOf(value.type) ?? '' };
}

/** The matchers of a rule, those under matchAny too. */
export function* matchersOf(rule: unknown, path: Path): Generator<{ matcher: unknown; path: Path }> {
  for (const [index, matcher] of listOf(at(rule, 'matchFeatures')).entries()) {
    yield { matcher, path: [...path, 'matchFeatures', index] };
  }
  for (const [any, alternative] of listOf(at(rule, 'matchAny')).entries()) {
    for (const [index, matcher] of listOf(at(alternative, 'matchFeatures')).entries()) {
      yield { matcher, path: [...path, 'matchAny', any, 'matchFeatures', index] };
    }
  }
}
