import { performance } from 'perf_hooks';
import { Terminal } from './terminal';

/** Nothing is shown of what is done before that. */
const SILENT_MS = 1000;
const INTERVAL_MS = 200;

/** One line on standard error that tells a waiting person how far a long run is. */
export class Progress {
  private shown = performance.now() + SILENT_MS - INTERVAL_MS;
  private visible = false;

  constructor(private readonly terminal: Terminal) {}

  /** Shows a line, when a person is there to see it and the last one has stood long enough. */
  public tell(text: () => string): void {
    if (!this.terminal.errorsAreSeen || performance.now() - this.shown < INTERVAL_MS) { return; }
    this.shown = performance.now();
    this.visible = true;
    this.terminal.overwrite(text());
  }

  /** Takes the line away. */
  public end(): void {
    if (this.visible) { this.terminal.overwrite(''); }
  }
}
