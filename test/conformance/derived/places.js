// The places of an object, and what the facts on fields say of each, for Kubernetes' own kinds and for those of the operators alike.
'use strict';
const { CORE_BOUNDS } = require('../../../lib/kubernetes/core/core-bounds');
const { coreType, coreTypeOf } = require('../../../lib/kubernetes/core/core-types');
const { KINDS, NODES } = require('../../../lib/kubernetes/crd/field-facts');

/** Every place in a value. */
function* placesIn(value, at = []) {
  if (typeof value !== 'object' || value === null) { return; }
  for (const key of Object.keys(value)) {
    const place = [...at, Array.isArray(value) ? Number(key) : key];
    yield place;
    yield* placesIn(value[key], place);
  }
}

const valueAt = (value, place) => place.reduce((inner, key) => inner?.[key], value);

/** A copy with another value at a place; undefined takes it out. */
function changed(value, [key, ...rest], next) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length > 0) { copy[key] = changed(copy[key], rest, next); } else if (next === undefined) {
    if (Array.isArray(copy)) { copy.splice(key, 1); } else { delete copy[key]; }
  } else { copy[key] = next; }
  return copy;
}

/** The type of an object: `names` of its fields, the type `below` a key, and the `values` that it may have where they are listed. */
const ofCore = (type, form = 'one', field) => ({
  id: form === 'one' ? type : `${type} ${form}`,
  names: form === 'one' ? [...coreType(type)?.keys() ?? []] : [],
  values: field?.values,
  below: key => {
    if (form !== 'one') { return ofCore(type, 'one', field); }
    const inner = coreType(type)?.get(key);
    return inner && ofCore(inner.type, inner.form, { values: inner.values ?? CORE_BOUNDS[type]?.[key]?.values });
  },
});
const ofNode = index => ({
  id: String(index),
  names: Object.keys(NODES[index].fields ?? {}),
  values: NODES[index].enum,
  below: key => {
    const { fields, items, values } = NODES[index];
    const next = typeof key === 'number' ? items : fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : values;
    return next === undefined ? undefined : ofNode(next);
  },
});

/** What the facts say of the value at a place; undefined where they say nothing. */
function typeAt(object, place) {
  const core = coreTypeOf(object.apiVersion, object.kind);
  const root = core === undefined ? ofNode(KINDS[object.kind].releases.at(-1).root) : ofCore(core);
  return place.reduce((type, key) => (key === 'metadata' && type === root && core === undefined ? ofCore('ObjectMeta') : type?.below(key)), root);
}

module.exports = { changed, placesIn, typeAt, valueAt };
