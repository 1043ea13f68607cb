import { GpuNodes } from '../../src/allocation';

test('messages name the labels of nodes in order, whatever the order of the map', () => {
  const inWords = 'nodes labelled board=h100,pool=mig';
  expect(GpuNodes.labeled({ pool: 'mig', board: 'h100' })._describe([])).toBe(inWords);
  expect(GpuNodes.labeled({ board: 'h100', pool: 'mig' })._describe([])).toBe(inWords);
});
