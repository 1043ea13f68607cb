import { ApiObject, App, Chart } from 'cdk8s';
import { aroundMethod } from '../../src/synthesis';

class Greeting {
  public constructor(private readonly name: string) {}

  public say(): string { return `hello ${this.name}`; }
}

/** As the kernel of jsii calls for Python, Java and Go: past what stands on the object itself. */
function callAsJsii(object: object, method: string): unknown {
  return (object.constructor.prototype as Record<string, () => unknown>)[method].call(object);
}

/** As the kernel of jsii writes to an object what a class in Python, Java or Go overrides. */
function overrideAsJsii(object: object, method: string, value: () => unknown): void {
  Object.defineProperty(object, method, { value, enumerable: false, configurable: false, writable: false });
}

const loudly = (own: () => string) => own().toUpperCase();

test('it is around the method for JavaScript and for jsii, of this object alone', () => {
  const [one, other] = [new Greeting('one'), new Greeting('other')];
  aroundMethod(one, 'say', loudly);
  expect([one.say(), callAsJsii(one, 'say')]).toEqual(['HELLO ONE', 'HELLO ONE']);
  expect([other.say(), callAsJsii(other, 'say')]).toEqual(['hello other', 'hello other']);
});

test('the object stays one of its class, by that name', () => {
  const one = new Greeting('one');
  aroundMethod(one, 'say', loudly);
  expect(one).toBeInstanceOf(Greeting);
  expect(one.constructor.name).toBe('Greeting');
});

test('the later is around the earlier', () => {
  const one = new Greeting('one');
  aroundMethod(one, 'say', own => `<${own()}>`);
  aroundMethod(one, 'say', own => `(${own()})`);
  expect([one.say(), callAsJsii(one, 'say')]).toEqual(['(<hello one>)', '(<hello one>)']);
});

test('a method that JavaScript put on the object is kept inside', () => {
  const one = new Greeting('one');
  one.say = () => 'good evening';
  aroundMethod(one, 'say', loudly);
  expect(one.say()).toBe('GOOD EVENING');
});

test('what a class in another language overrides is called, and finds it around the method of the class that it extends', () => {
  const one = new Greeting('one');
  overrideAsJsii(one, 'say', () => `${callAsJsii(one, 'say') as string}, by Python`);
  aroundMethod(one, 'say', loudly);
  expect(one.say()).toBe('HELLO ONE, by Python');
});

test('jsii still knows the class of the object', () => {
  const app = new App();
  const object = new ApiObject(new Chart(app, 'c'), 'o', { apiVersion: 'v1', kind: 'ConfigMap' });
  aroundMethod<'toJson', unknown>(object, 'toJson', own => own());
  const type = Symbol.for('jsii.rtti');
  expect(Reflect.get(object.constructor, type)).toBe(Reflect.get(ApiObject, type));
  expect(Reflect.get(object.constructor, type)).toMatchObject({ fqn: 'cdk8s.ApiObject' });
});
