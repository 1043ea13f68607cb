/** Does things when they are due, and knows how late it was: the clock of every audio stream. */
export class Pacer {
  constructor() {
    /** A binary heap by due time. @type {{due: number, act: () => void}[]} */
    this.heap = [];
    /** How late each act was, in ms. @type {number[]} */
    this.lateness = [];
    this.timer = undefined;
    this.armedFor = Infinity;
  }

  /** @param {number} due on the clock of `performance.now()` @param {() => void} act */
  at(due, act) {
    const { heap } = this;
    let index = heap.push({ due, act }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent].due <= heap[index].due) { break; }
      [heap[parent], heap[index]] = [heap[index], heap[parent]];
      index = parent;
    }
    if (due < this.armedFor) { this.#arm(); }
  }

  /** Lateness since the last time that it was taken, sorted. */
  takeLateness() {
    const taken = Float64Array.from(this.lateness).sort();
    this.lateness = [];
    return taken;
  }

  #arm() {
    clearTimeout(this.timer);
    const next = this.heap[0];
    this.armedFor = next?.due ?? Infinity;
    if (next !== undefined) { this.timer = setTimeout(() => this.#run(), Math.max(0, next.due - performance.now())); }
  }

  #run() {
    this.armedFor = Infinity;
    // a millisecond early is as near as a timer comes
    while (this.heap.length > 0 && this.heap[0].due <= performance.now() + 0.5) {
      const { due, act } = this.#pop();
      this.lateness.push(Math.max(0, performance.now() - due));
      act();
    }
    this.#arm();
  }

  #pop() {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) {
      heap[0] = last;
      let index = 0;
      for (;;) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        let least = index;
        if (left < heap.length && heap[left].due < heap[least].due) { least = left; }
        if (right < heap.length && heap[right].due < heap[least].due) { least = right; }
        if (least === index) { break; }
        [heap[least], heap[index]] = [heap[index], heap[least]];
        index = least;
      }
    }
    return first;
  }
}

/** A quantile of sorted values; 0 of none. @param {ArrayLike<number>} sorted @param {number} share from 0 to 1 */
export function quantile(sorted, share) {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1 < 0 ? 0 : Math.ceil(share * sorted.length) - 1)];
}

/** @param {number} value in ms @returns {number} to a hundredth */
export const rounded = value => Math.round(value * 100) / 100;
