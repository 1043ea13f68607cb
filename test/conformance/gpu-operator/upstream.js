// The program beside this file, asked in batches.
'use strict';
const { execFileSync, spawnSync } = require('child_process');

const MODULE = 'github.com/NVIDIA/gpu-operator';

class Upstream {
  /** Where Go keeps the module. */
  folder = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', MODULE], { cwd: __dirname, encoding: 'utf8' }).trim();
  version = execFileSync('go', ['list', '-m', '-f', '{{.Version}}', MODULE], { cwd: __dirname, encoding: 'utf8' }).trim();
  /** How often each question was asked. */
  asked = {};

  constructor(program) { this.program = program; }

  /** The answers to questions, in their order. */
  ask(questions) {
    if (questions.length === 0) { return []; }
    for (const { ask } of questions) { this.asked[ask] = (this.asked[ask] ?? 0) + 1; }
    const { status, stdout, stderr, error } = spawnSync(this.program, [this.folder], {
      input: questions.map(each => JSON.stringify(each)).join('\n'), encoding: 'utf8', maxBuffer: 2 ** 30,
    });
    if (error) { throw error; }
    if (status !== 0) { throw new Error(`${this.program} ended with ${status}: ${stderr}`); }
    const answers = stdout.trim().split('\n').map(line => JSON.parse(line));
    if (answers.length !== questions.length) { throw new Error(`${questions.length} questions, ${answers.length} answers`); }
    return answers;
  }

  /** What the chart makes of each set of values; a release that fails is an error here. */
  render(sets, namespace = 'gpu-operator') {
    return this.ask(sets.map(values => ({ ask: 'render', values, namespace }))).map(({ error, documents }, index) => {
      if (error) { throw new Error(`the chart refuses ${JSON.stringify(sets[index])}: ${error}`); }
      return documents;
    });
  }

  crds() {
    const [{ error, documents }] = this.ask([{ ask: 'crds' }]);
    if (error) { throw new Error(error); }
    return documents.map(({ object }) => object);
  }
}

/** The one object of a kind among the documents of a release. */
function only(documents, kind) {
  const found = documents.filter(({ object }) => object.kind === kind);
  if (found.length !== 1) { throw new Error(`${found.length} objects of kind ${kind}, one expected`); }
  return found[0].object;
}

module.exports = { Upstream, only };
