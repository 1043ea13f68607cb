import * as fc from 'fast-check';
import { findSecrets, hideSecrets, hideSecretsOf, hideSecretsOfSource } from '../../src/secrets';

const isSecret = (name: string, value: string) => findSecrets({ env: [{ name, value }] }).length > 0;

describe('the name of a variable tells that its value is a secret', () => {
  test.each([
    'PGPASSWORD', 'MYSQLPASSWORD', 'DB_PASS', 'MYSQL_PWD', 'MINIO_ACCESS_KEY', 'HFTOKEN', 'JWT_SIGNING_KEY', 'redis.password', 'AZURE_ACCOUNT_KEY',
  ])('%s', name => {
    expect(isSecret(name, 'hunter2x')).toBe(true);
  });

  test.each(['PWD', 'OLDPWD_DIR', 'COMPASS', 'BYPASS', 'TOKENIZER', 'KEY', 'PUBLIC_KEY', 'MONKEY', 'PASSES'])('but not %s', name => {
    expect(isSecret(name, 'hunter2x')).toBe(false);
  });
});

describe('a value under such a name is a secret however it begins', () => {
  test.each(['$ecret123', '/9jAb4AAQSkZJRgABAQ', '/Xy+w==', '[x7Kq', '*star99', '|pipe99', '>fold99', '<open99', '%x7', '@x7', '-dash99', '~x7 y'])('%s', value => {
    expect(isSecret('DB_PASSWORD', value)).toBe(true);
  });

  test.each(['/var/run/secrets/token', './token', '../a/b.key', '~/.netrc', '/', '$(A)', '${A:-b}', '{{ .Values.a }}', '<a>', '__A__', '@A@', '%A%', 'REPLACE_ME'])(
    'but not %s', value => {
      expect(isSecret('DB_PASSWORD', value)).toBe(false);
    });
});

describe('what cannot be read is described without the secret in it', () => {
  test.each([
    ['an alias', 'password: *hunter2x\n', 'the alias hunter2x has no anchor'],
    ['a tag', 'spec:\n  apiKey: !hunter2x y\n', 'unknown tag !hunter2x'],
    ['a list that does not end', 'token: [hunter2x\nother: 1\n', 'expected "]" after hunter2x'],
    ['a variable', 'env:\n- name: HF_TOKEN\n  value: *hunter2x\n', 'the alias hunter2x has no anchor'],
  ])('%s', (_, source, message) => {
    expect(hideSecretsOfSource(source, message)).toBe(message.replace('hunter2x', '(not shown)'));
  });

  test('and the rest of the message stays', () => {
    expect(hideSecretsOfSource('name: *model\n', 'the alias model has no anchor')).toBe('the alias model has no anchor');
  });
});

test('no text that is known to be secret is left, whatever stands around it and however they overlap', () => {
  const secret = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 4, maxLength: 8 });
  fc.assert(fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.', ' ') })), (secrets, between) => {
    const hidden = hideSecrets(secrets.map((each, index) => each + (between[index] ?? '')).join(''), secrets);
    expect(secrets.filter(each => hidden.includes(each))).toEqual([]);
  }));
});

test('a text without a secret stays as it is', () => {
  fc.assert(fc.property(fc.string(), text => {
    expect(hideSecrets(text, ['never in there'])).toBe(text);
  }));
});

test('a manifest\'s secrets are hidden in every text about it', () => {
  const manifest = { env: [{ name: 'A_TOKEN', value: 'hunter2x' }, { name: 'B_TOKEN', value: 'hunter2xyz' }] };
  expect(hideSecretsOf(manifest, 'hunter2xyz and hunter2x')).toBe('(not shown) and (not shown)');
  expect(hideSecretsOf({ name: 'x' }, 'hunter2x')).toBe('hunter2x');
});

test('the beginning of a secret that a message cuts off is hidden too', () => {
  expect(hideSecrets('port is "{key: hunter2xyzw...", a number is expected', ['hunter2xyzwabcdef'])).toBe('port is "{key: (not shown)...", a number is expected');
});
