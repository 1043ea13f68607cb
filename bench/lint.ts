import * as fs from 'fs';
import * as path from 'path';
import { compare, median, Ratio, ratioOf, run, temporary } from './cpu-of-process';
import { gpuDocuments, hundredDocuments } from './manifest-mix';
import { Row } from './synthesis';

const COMMAND = path.join(__dirname, '..', 'bin', 'cdk8s-gpu');
const PARSE = path.join(__dirname, 'parse-only.js');

function file(documents: number, make: (index: number) => string): string {
  const name = temporary(`${make.name}-${documents}.yaml`);
  if (!fs.existsSync(name)) {
    fs.writeFileSync(name, Array.from({ length: documents / 100 }, (_, index) => make(index)).join(''));
  }
  return name;
}

/** Linting over parsing the same documents with the same YAML library. */
function overParsing(documents: number, make: (index: number) => string): Ratio {
  const input = file(documents, make);
  return ratioOf(compare(3, [COMMAND, 'lint', input], [PARSE, input]));
}

export const LINT: Row[] = [
  { what: '10,000 documents, a tenth ask for GPUs', aim: 0.5, measure: () => overParsing(10_000, hundredDocuments) },
  { what: '20,000 documents, a tenth ask for GPUs', aim: 0.5, measure: () => overParsing(20_000, hundredDocuments) },
  { what: '10,000 documents, all ask for GPUs', aim: 1.25, measure: () => overParsing(10_000, gpuDocuments) },
];

/** The most memory of a folder of many files. */
export function memoryOfFolder(files: number): number {
  const folder = temporary(`folder-${files}`);
  fs.mkdirSync(folder);
  for (let index = 0; index < files / 100; index++) {
    hundredDocuments(index)
      .split(/^---\n/m)
      .slice(1)
      .forEach((text, number) => fs.writeFileSync(path.join(folder, `${index}-${number}.yaml`), text));
  }
  return median([run([COMMAND, 'lint', folder]).maxMib]);
}
