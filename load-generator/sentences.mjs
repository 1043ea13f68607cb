/** The longest piece without an end of sentence that waits, in characters: a synthesizer takes no text of any length. */
const LONGEST = 200;

/** Cuts text into sentences while it comes. */
export class Sentences {
  constructor() {
    this.rest = '';
  }

  /** @param {string} text the next piece @returns {string[]} the sentences that it ends */
  add(text) {
    this.rest += text;
    const found = [];
    for (;;) {
      const end = this.#end();
      if (end === undefined) { return found; }
      const sentence = this.rest.slice(0, end).trim();
      this.rest = this.rest.slice(end);
      if (/[\p{L}\p{N}]/u.test(sentence)) { found.push(sentence); }
    }
  }

  /** What is left at the end. @returns {string[]} */
  finish() {
    const sentence = this.rest.trim();
    this.rest = '';
    return /[\p{L}\p{N}]/u.test(sentence) ? [sentence] : [];
  }

  #end() {
    // an end of sentence is known when something follows it: "3.5" goes on
    const match = /[.!?\u3002\uFF01\uFF1F]+["')\]]*\s|\n/u.exec(this.rest);
    if (match !== null && match.index < LONGEST) { return match.index + match[0].length; }
    if (this.rest.length <= LONGEST) { return undefined; }
    const space = this.rest.lastIndexOf(' ', LONGEST);
    return space > 0 ? space : LONGEST;
  }
}
