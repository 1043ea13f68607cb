import * as fs from 'fs';
import * as path from 'path';

const src = path.join(__dirname, '..', 'src');
const files = (fs.readdirSync(src, { recursive: true }) as string[]).filter(file => file.endsWith('.ts'));

/** jsii puts an underscore between a digit and the letter after it, in names of static members, for Python and Java; enum members keep their names. */
test('a constant that Python and Java call differently says so in its comment', () => {
  const constants = files.flatMap(file => [...fs.readFileSync(path.join(src, file), 'utf8')
    .matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\n {2}public static readonly (\w+)/g)].map(([, comment, name]) => ({ file, comment, name })));
  const recased = constants.map(each => ({ ...each, there: each.name.replace(/(\d)([A-Z])/g, '$1_$2') })).filter(({ name, there }) => name !== there);
  expect(recased.length).toBeGreaterThan(50);
  expect(recased.filter(({ comment, there }) => !comment.includes(`\`${there}\``)).map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});
