import { checkSchema } from '../../src/kubernetes/crd/check-schema';
import { CRD_HOST_DOMAIN, HOST_DOMAIN } from '../../src/kubernetes/host-domain';

/** All words of an alphabet up to a length. */
function* words(alphabet: string, most: number): Generator<string> {
  let last = [''];
  for (let length = 1; length <= most; length++) {
    last = last.flatMap(word => [...alphabet].map(letter => word + letter));
    yield* last;
  }
}

test('takes the same names as the pattern of the CRD', () => {
  const crd = new RegExp(CRD_HOST_DOMAIN);
  const different: string[] = [];
  for (const word of words('a0-.', 8)) {
    if (crd.test(word) !== HOST_DOMAIN.test(word)) { different.push(word); }
  }
  for (const word of words('a0-.', 4)) {
    for (const whole of [`xn--${word}`, `${word}xn--a`, `a-bxn--${word}`, `${word}xn--${word}`, `example${word}.com`]) {
      if (crd.test(whole) !== HOST_DOMAIN.test(whole)) { different.push(whole); }
    }
  }
  expect(different).toEqual([]);
});

test('and says no to a long name at once, as the schema does', () => {
  const long = `${'a'.repeat(58)}.com1`;
  const start = process.hrtime.bigint();
  expect(HOST_DOMAIN.test(long)).toBe(false);
  expect(HOST_DOMAIN.test('a-'.repeat(30))).toBe(false);
  expect(HOST_DOMAIN.test('a.'.repeat(31) + '1')).toBe(false);
  const object = { apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', spec: { expose: { router: { hostDomainName: long } } } };
  expect(checkSchema('NIMService', undefined, object).map(({ message }) => message).join()).toMatch(/hostDomainName is .*does not match/);
  expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(2); // the pattern of the CRD takes more than an hour
});
