import * as fs from 'fs';
import * as path from 'path';
import { ReadProblem } from '../../cluster';
import { counted } from '../../text';

/** One note for the templates of each chart, and for those of each folder that is in none. */
export function templateNotes(templates: readonly ReadProblem[]): ReadProblem[] {
  const byChart = new Map<string, ReadProblem[]>();
  for (const template of templates) {
    const chart = chartAround(template.file) ?? path.dirname(template.file);
    const others = byChart.get(chart);
    if (others === undefined) { byChart.set(chart, [template]); } else { others.push(template); }
  }
  return [...byChart].map(([chart, of]) => {
    const isChart = chartAround(of[0].file) !== undefined;
    const render = isChart ? `helm template ${chart} | cdk8s-gpu lint -` : 'helm template . | cdk8s-gpu lint -';
    const { file, line } = of[0];
    return {
      file: isChart ? path.join(chart, 'Chart.yaml') : file,
      line: isChart ? 1 : line,
      message: `${counted(of.length, 'file')} here ${of.length === 1 ? 'is a template' : 'are templates'}, not YAML; `
        + `lint what ${of.length === 1 ? 'it renders' : 'they render'} to, as in: ${render}`,
      isTemplate: true,
    };
  });
}

/** The folder with the Chart.yaml that a template is of. */
function chartAround(file: string): string | undefined {
  for (let folder = path.dirname(file), levels = 0; levels < 16; folder = path.dirname(folder), levels++) {
    if (fs.existsSync(path.join(folder, 'Chart.yaml'))) { return folder; }
    if (folder === path.dirname(folder) || folder === '.') { return undefined; }
  }
  return undefined;
}
