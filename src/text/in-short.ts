/** Names of a list that a message says. */
const MOST_NAMES = 20;

/** Characters of a value that a message repeats: more than any name of Kubernetes has. */
const MOST_CHARACTERS = 300;

/** Characters of a message; no text of a rule is as long by itself. */
const MOST_OF_MESSAGE = 2000;

/** Names one after another, and of many how many more there are: a message says them for each finding. */
export function listed(names: Iterable<string>, between = ', '): string {
  const first: string[] = [];
  let count = 0;
  for (const name of names) {
    if (count++ < MOST_NAMES) { first.push(inShort(name)); }
  }
  return first.join(between) + (count > MOST_NAMES ? ` and ${count - MOST_NAMES} more` : '');
}

/** A text as a message repeats it: of a long one its beginning, and how long it is. */
export function inShort(text: string, most = MOST_CHARACTERS): string {
  return text.length <= most ? text : `${wholeCharacters(text, most)}... (${text.length} characters)`;
}

/** A message that may repeat long texts of an input: of one that is too long to read, its beginning and its end. */
export function messageInShort(message: string): string {
  if (message.length <= MOST_OF_MESSAGE) { return message; }
  const end = message.slice(-MOST_CHARACTERS).replace(/^[\uDC00-\uDFFF]/, '');
  return `${wholeCharacters(message, MOST_OF_MESSAGE - MOST_CHARACTERS)}... (${message.length} characters) ...${end}`;
}

/** The first units of a text, without half a character at the end. */
function wholeCharacters(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
