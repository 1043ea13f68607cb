/**
 * The load generator: node main.mjs CONFIG.json. Results go to standard output as JSON lines, progress to standard error.
 * Exit code 0 complete, 1 could not measure, 2 wrong configuration, 3 stopped; what was measured is written in every case.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { SCHEMA, readConfig } from './config.mjs';
import { Records, tell } from './records.mjs';
import { Run } from './run.mjs';

let config;
try {
  config = readConfig(process.argv[2] ?? 'config.json');
} catch (error) {
  tell(error.message);
  process.exit(2);
}

const stop = new AbortController();
setMaxListeners(0, stop.signal); // every user of a load waits on it
['SIGTERM', 'SIGINT'].forEach(signal => process.on(signal, () => { tell(`${signal}: what was measured is kept`); stop.abort(); }));

const id = `${config.name}-${randomBytes(4).toString('hex')}`;
const { folder, stdout = true } = config.output ?? {};
const records = new Records({ run: id, file: folder === undefined ? undefined : path.join(folder, `${id}.jsonl`), toStdout: stdout });
const { arms, loads, repetitions, seed, settings, targets, name, configHash } = config;
records.write('run', {
  schema: SCHEMA, name, configHash, startedAt: new Date().toISOString(), node: process.version, cores: os.availableParallelism(),
  seed, repetitions, loads, settings, targets,
  arms: arms.map(arm => ({ name: arm.name, strategy: arm.strategy, gpus: arm.gpus, pricePerHour: arm.pricePerHour, notes: arm.notes })),
});
const run = new Run(config, records, stop.signal);
let code = 0;
let end = { outcome: 'complete', reason: undefined };
try {
  await run.all();
  if (stop.signal.aborted) { end = { outcome: 'stopped', reason: 'by a signal' }; code = 3; }
} catch (error) {
  tell(`aborted: ${error.message}`);
  end = { outcome: 'aborted', reason: error.message };
  code = 1;
}
records.write('run-end', { ...end, endedAt: new Date().toISOString(), lines: records.count + 1 });
records.close();
tell(`${end.outcome}: ${records.count} lines`);
process.exit(code);
