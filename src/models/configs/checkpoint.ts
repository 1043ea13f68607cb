import * as fs from 'fs';
import * as path from 'path';
import { ConfigReader, isConfig, parseConfig } from './config';
import { readHuggingFaceConfig } from './read-config';
import { LlmRow } from '../catalogue/llm-row';

const CONFIG = 'config.json';
/** NVIDIA's checkpoints say their format here, beside a config that says 16 bit. */
const QUANTIZATION = 'hf_quant_config.json';
const INDEX = 'model.safetensors.index.json';
/** More than any config or index has; an index of 100,000 tensors has about 10 MB. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Reads a checkpoint: the text of a config, the path of one, or a folder that holds one.
 * @throws when there is no file or it is no model config; a text that is neither is not printed
 */
export function readCheckpoint(config: string): LlmRow {
  if (config.trimStart().startsWith('{')) { return readHuggingFaceConfig(config); }
  if (/[\n\r]/.test(config) || config.length > 1024) {
    throw new Error('the config is not JSON: it begins with no brace, and is no path either');
  }
  const file = isFolder(config) ? path.join(config, CONFIG) : config;
  const folder = path.dirname(file);
  const bytes = indexedBytes(beside(folder, INDEX));
  const row = readHuggingFaceConfig(read(file), beside(folder, QUANTIZATION));
  return bytes === undefined ? row : { ...row, checkpointBytes: bytes };
}

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function beside(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true ? read(file) : undefined;
}

function read(file: string): string {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined) { throw new Error(`cannot read ${file}: there is no such file`); }
  if (!found.isFile()) { throw new Error(`cannot read ${file}: it is no file`); }
  if (found.size > MOST_BYTES) {
    throw new Error(`${file} has ${found.size} bytes; a config has at most ${MOST_BYTES}`);
  }
  return fs.readFileSync(file, 'utf8');
}

/** `metadata.total_size` of an index of safetensors. */
function indexedBytes(text: string | undefined): number | undefined {
  if (text === undefined) { return undefined; }
  const { metadata } = parseConfig(text);
  return isConfig(metadata) ? new ConfigReader(metadata, 'safetensors index').number('total_size') : undefined;
}
