/** What of a container tells which model it serves. */
interface Serving {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Options that name the model: vLLM and SGLang (`--model`, `--model-path`), TGI (`--model-id`), KServe's Hugging Face
 * server (`--model_id`), llama.cpp (`--hf-repo`), TensorRT-LLM and LMDeploy (`--model_path`).
 */
const OPTIONS = [
  '--model', '--model-path', '--model_path', '--model-id', '--model_id', '--model_name_or_path', '--hf-repo', '-hf',
  '-hfr',
];

/** Programs that take the model as the first word behind the command. */
const SERVE = /^(?:serve|api_server|trtllm-serve)$/;

/** Variables that name the model where no option does: TGI, KServe, NIM, llama.cpp. */
const VARIABLES = ['MODEL_ID', 'HF_MODEL_ID', 'NIM_MODEL_NAME', 'NIM_MODEL_PATH', 'LLAMA_ARG_HF_REPO'];

/** The id of the model that a container serves, as it names it; undefined where nothing does. */
export function servedModelOf({ args, env }: Serving): string | undefined {
  const named = OPTIONS.map(option => optionOf(args, option)).find(each => each !== undefined)
    ?? behindServe(args)
    ?? VARIABLES.map(name => (Object.hasOwn(env, name) ? env[name] : '')).find(value => value !== '');
  return named === undefined || named === '' ? undefined : named.replace(/^hf:\/\//, '');
}

/** The value of `--name value` or `--name=value`. */
function optionOf(args: readonly string[], name: string): string | undefined {
  const index = args.findIndex(each => each === name || each.startsWith(`${name}=`));
  if (index < 0) { return undefined; }
  return args[index] === name ? args[index + 1] : args[index].slice(name.length + 1);
}

function behindServe(args: readonly string[]): string | undefined {
  const index = args.findIndex(each => SERVE.test(each.split('/').pop()!));
  const next = args[index + 1];
  return index < 0 || next === undefined || next.startsWith('-') || SERVE.test(next) ? behindSecond(args, index) : next;
}

/** As in `lmdeploy serve api_server NAME`. */
function behindSecond(args: readonly string[], index: number): string | undefined {
  const next = index < 0 ? undefined : args[index + 2];
  return SERVE.test(args[index + 1] ?? '') && next !== undefined && !next.startsWith('-') ? next : undefined;
}
