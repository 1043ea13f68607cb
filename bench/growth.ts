import * as fs from 'fs';
import * as path from 'path';
import { median, Ratio, run } from './cpu-of-process';
import { Row } from './synthesis';

const SIDE = path.join(__dirname, 'growth-side.js');

/** What eight times as many cost, over eight times what they cost: 1 where the work grows as the number does. */
function growthOf(axis: string): Ratio {
  const rounds = JSON.parse(run([SIDE, axis]).output) as [number, number, number, number][];
  const each = rounds.map(([one, , , eight]) => eight / one / 8);
  const of = median(rounds.map(round => round[3])) / median(rounds.map(round => round[0])) / 8;
  return { of, least: Math.min(...each), most: Math.max(...each) };
}

const FAMILIES = [...new Set(fs.readdirSync(path.join(__dirname, '..', 'rules'))
  .filter(name => name.endsWith('.yaml'))
  .map(name => name.split('-')[0]))];

/** What a cluster has many of (growing.js), and the fixtures of each family of rules. */
const AXES = JSON.parse(run([SIDE]).output) as string[];

export const GROWTH: Row[] = [
  ...AXES.map(axis => ({ what: axis, aim: 1.5, measure: () => growthOf(axis) })),
  ...FAMILIES.map(family => ({ what: `fixtures of ${family}`, aim: 1.5, measure: () => growthOf(`rules:${family}`) })),
];
