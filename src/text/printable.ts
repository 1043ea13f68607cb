/**
 * A value as a message shows it: text as it is, what is no text as JSON. `String()` would call what a map has under the
 * key `toString`.
 */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each as unknown));
  }
  return String(value as string | number | boolean | bigint | symbol | undefined | null);
}

/** What moves a terminal's cursor, ends a line or hides the direction of a text, and is no part of any name. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text with control characters written out, as in `\u001b`, so that no name in a manifest can speak to a terminal.
 */
export function visible(text: string): string {
  return text.replace(CONTROLS, each => SHORT[each] ?? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

/**
 * A text without control characters, none of whose lines is a command to what runs a pipeline: GitHub Actions takes a
 * line for one that begins with `::`, blanks aside, and `##[` wherever it stands (actions/runner@079cdb1d
 * src/Runner.Common/ActionCommand.cs), Azure Pipelines `##vso[` too (microsoft/azure-pipelines-agent docs,
 * "Logging commands").
 */
export function printed(text: string): string {
  return withoutCommands(visible(text));
}

/** Lines without commands to what runs a pipeline, of a text without other control characters. */
export function withoutCommands(lines: string): string {
  return lines.replace(/^([^\S\r\n\u2028\u2029]*)::/gm, '$1\\u003a:').replace(COMMAND, '#\\u0023');
}

/** Two number signs of a command, as in `##[error]`. */
const COMMAND = /##(?=\[|vso\[)/gi;

/**
 * The value of a JSON text that strangers wrote, its texts with control characters written out; its keys are for no
 * terminal.
 */
export function parsedVisible(json: string): unknown {
  const mayHold = json.includes('\\') || CONTROLS.test(json);
  CONTROLS.lastIndex = 0;
  return JSON.parse(
    json,
    mayHold ? (_, each: unknown) => (typeof each === 'string' ? visible(each) : each) : undefined,
  ) as unknown;
}

/** A value as JSON for people and scripts, in which no text has a control character that a terminal would act on. */
export function jsonText(value: unknown): string {
  // JSON.stringify writes out those below a space itself, and no other
  return JSON.stringify(value, null, 2).replace(CONTROLS, each => (each === '\n' ? each : visible(each)))
    .replace(COMMAND, '#\\u0023'); // the same text to who reads the JSON
}
