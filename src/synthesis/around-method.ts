/**
 * Puts something around a method of one object, whoever calls it.
 *
 * JavaScript looks for a method at the object first. jsii, by which Python, Java and Go call, takes it from
 * `object.constructor.prototype` (aws/jsii v1.140.0 packages/@jsii/kernel/src/kernel.ts `#findInvokeTarget`), and writes
 * what a class of those languages overrides to the object, where it cannot be replaced. So the object gets a class of
 * its own, between it and the class that it had.
 */
export function aroundMethod<Name extends string, Result>(
  object: { [name in Name]: () => Result },
  name: Name,
  around: (own: () => Result) => Result,
): void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  if (before?.writable === true) {
    const own = object[name].bind(object);
    object[name] = () => around(own);
    return;
  }
  const { constructor: Before } = object as unknown as { constructor: new () => object };
  const method = (Before.prototype as typeof object)[name];
  class Own extends Before {}
  Object.defineProperty(Own, 'name', { value: Before.name });
  Object.defineProperty(Own.prototype, name, {
    value: () => around(() => method.call(object)),
    configurable: true,
    writable: true,
  });
  Object.setPrototypeOf(object, Own.prototype as object);
}
