import { familiesOf } from './families';
import { StepCounter, superlinear } from './steps';
import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { githubReport, jsonReport, sarifReport, textReport } from '../../src/report';
import { runRules } from '../../src/rules';
import { FAMILIES } from '../rules/fixture';

/** Reads manifests, runs the rules and writes every report. */
function lint(text: string): void {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'f.yaml')) { if (!isProblem(read)) { model.add(read); } }
  const result = { findings: runRules(model), problems: [], files: 1, documents: 1 };
  textReport(result, { colors: false });
  [jsonReport, sarifReport, githubReport].forEach(report => report(result));
}

const N = 4;

let counter: StepCounter;
beforeAll(() => {
  lint('apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n'); // loads what is loaded late
  counter = new StepCounter();
});
afterAll(() => { counter.close(); });

const stepsOf = (text: (count: number) => string) => {
  const texts = [N, 2 * N, 4 * N, 8 * N].map(text);
  return texts.map(each => counter.of(() => { lint(each); }));
};

test('work that grows as the square is seen', () => {
  const compare = (all: number[]) => all.filter(each => all.includes(-each));
  const squared = [N, 2 * N, 4 * N, 8 * N].map(count => counter.of(() => { compare(Array.from({ length: count }, (_, index) => index + 1)); }));
  expect(superlinear(squared)).toEqual([`Array includes: ${[N, 2 * N, 4 * N, 8 * N].map(each => each * each).join(', ')}`]);
});

describe('the steps of reading, of the rules and of the reports grow no faster than', () => {
  test.each(FAMILIES)('any list, map or object of the fixtures of %s', family => {
    const found = familiesOf(family).flatMap(({ name, text }) => superlinear(stepsOf(text)).map(each => `${name}: ${each}`));
    expect(found).toEqual([]);
  });
});
