import * as fs from 'fs';
import * as path from 'path';
import { planFleet, readFleet } from '../../src/planning';

const plan = (name: string) => {
  const file = path.join(__dirname, '..', '..', 'examples', name, 'fleet.yaml');
  return planFleet(readFleet(fs.readFileSync(file, 'utf8'), file));
};

test('of the three A100 of the reference two suffice, and the third is free', () => {
  expect(plan('plan-reference')).toMatchObject({ optimal: true, gpus: 2 });
});

test('the forty models have a proved plan', () => {
  expect(plan('plan-forty-models')).toMatchObject({ optimal: true, gap: 0 });
});

test('the migration drains the fewest nodes, and says in which order', () => {
  const { optimal, drains } = plan('plan-migration');
  expect(optimal).toBe(true);
  expect(drains.map(({ node }) => node)).toEqual(['gpu-node-3', 'gpu-node-4']);
});
