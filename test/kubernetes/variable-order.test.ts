import fc from 'fast-check';
import { inOrderOfUse } from '../../src/kubernetes';

const names = (variables: Record<string, string>) => Object.keys(inOrderOfUse(variables));

test('variables come by name, whatever the order of the map', () => {
  expect(names({ b: '2', c: '3', a: '1' })).toEqual(['a', 'b', 'c']);
});

test('a variable comes behind those that it refers to', () => {
  expect(names({ ADDRESS: 'http://$(HOST):$(PORT)', PORT: '80', HOST: '$(NAME).example.com', NAME: 'z' })).toEqual(['NAME', 'HOST', 'PORT', 'ADDRESS']);
});

test('a doubled dollar refers to nothing', () => {
  expect(names({ a: '$$(z)', z: '1' })).toEqual(['a', 'z']);
  expect(names({ a: '$$$(z)', z: '1' })).toEqual(['z', 'a']);
});

test('what is not in the map, is not closed or turns in a circle changes nothing', () => {
  expect(names({ b: '$(HOME)', a: '$(b', c: '$(c)' })).toEqual(['a', 'b', 'c']);
  expect(names({ b: '$(a)', a: '$(b)' })).toEqual(names({ a: '$(b)', b: '$(a)' }));
  expect(names({ a: '$(toString) $(__proto__)' })).toEqual(['a']);
  expect(inOrderOfUse()).toEqual({});
});

test('the same variables with the same values come back, in one order for every order of the map', () => {
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'E');
  const value = fc.array(fc.oneof(fc.constantFrom('$', '$$', 'x'), name.map(each => `$(${each})`)), { maxLength: 4 }).map(parts => parts.join(''));
  fc.assert(fc.property(fc.dictionary(name, value), fc.infiniteStream(fc.nat(1000)), (variables, keys) => {
    const shuffled = Object.fromEntries(Object.entries(variables).map(each => ({ each, key: keys.next().value as number }))
      .sort((a, b) => a.key - b.key).map(({ each }) => each));
    expect(inOrderOfUse(variables)).toEqual(variables);
    expect(Object.keys(inOrderOfUse(shuffled))).toEqual(Object.keys(inOrderOfUse(variables)));
  }));
});
