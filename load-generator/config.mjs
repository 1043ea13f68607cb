import fs from 'node:fs';

/** The form of the configuration and of the results. */
export const SCHEMA = 'cdk8s-gpu.benchmark/1';

const STAGES = ['voice', 'asr', 'llm', 'tts'];

/**
 * Reads the configuration and refuses what could only fail later.
 * @param {string} file
 */
export function readConfig(file) {
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  const problems = [];
  const need = (ok, text) => { if (!ok) { problems.push(text); } };
  need(config.schema === SCHEMA, `schema is ${JSON.stringify(config.schema)}, this program reads ${SCHEMA}`);
  need(Array.isArray(config.arms) && config.arms.length > 0, 'arms is empty');
  need(Array.isArray(config.loads) && config.loads.length > 0, 'loads is empty');
  need(Number.isInteger(config.repetitions) && config.repetitions > 0, `repetitions is ${config.repetitions}, needed is a whole number from 1`);
  const stagesUsed = new Set((config.loads ?? []).flatMap(({ stage }) => (stage === 'voice' ? ['asr', 'llm', 'tts'] : [stage])));
  for (const load of config.loads ?? []) {
    need(STAGES.includes(load.stage), `load ${load.name}: stage is ${load.stage}, known are ${STAGES.join(', ')}`);
    need(load.kind === 'open' ? load.turnsPerSecond > 0 : load.users > 0, `load ${load.name}: an open load needs turnsPerSecond, a closed one users`);
    for (const name of ['seconds', 'rampSeconds', 'warmUpSeconds', 'drainSeconds']) { need(load[name] >= 0, `load ${load.name}: ${name} is ${load[name]}`); }
  }
  for (const arm of config.arms ?? []) {
    if (stagesUsed.has('asr')) { need(arm.asr?.target !== undefined, `arm ${arm.name}: asr.target is missing`); }
    if (stagesUsed.has('tts')) { need(arm.tts?.target !== undefined, `arm ${arm.name}: tts.target is missing`); }
    if (stagesUsed.has('llm')) { need(arm.llm?.url !== undefined && arm.llm?.model !== undefined, `arm ${arm.name}: llm.url or llm.model is missing`); }
  }
  if (problems.length > 0) { throw new Error(`${file}: ${problems.join('; ')}`); }
  return config;
}
