import * as path from 'path';
import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { chartMarkdown } from './chart/chart-markdown';
import { chartPage, chartSvg } from './chart/chart-page';
import { writeWhole } from './write-whole';
import { checkProps, listOf, oneOf, TEXT } from '../props';
import { AppChecks } from '../synthesis';
import type { CheckedCluster } from '../synthesis';

/** How a report is written. */
export enum GpuReportFormat {
  /** A page that stands alone: no network, no script. */
  HTML = 'html',
  /** The boards alone, as a picture. */
  SVG = 'svg',
  /** For a pull request or the summary of a pipeline. */
  MARKDOWN = 'md',
}

/** How the report of an app is called and written. */
export interface GpuReportOptions {
  /**
   * The formats to write.
   * @default - HTML alone
   */
  readonly formats?: GpuReportFormat[];
  /**
   * The name of the file, without its ending, in the folder of the manifests. An app for several clusters has a file
   * for each, with a number behind the name.
   * @default 'gpu-report'
   */
  readonly fileName?: string;
  /**
   * The heading.
   * @default 'GPUs of this app'
   */
  readonly title?: string;
}

/**
 * A picture of what an app makes of its GPUs: the boards with their slices, the models in them with memory used and
 * free, what is stranded, and what the rules found. `cdk8s-gpu report` draws the same of any manifests.
 *
 * @example
 * GpuReport.enable(chart); // app.synth() then writes gpu-report.html beside the manifests
 */
export class GpuReport {
  /**
   * Has a report written beside the manifests by every `app.synth()`.
   * @param scope the app, or any construct in it
   * @param options formats, name and heading
   * @throws when the scope is in no app, or the name has a folder in it
   */
  public static enable(scope: IConstruct, options: GpuReportOptions = {}): void {
    const app = appOf(scope);
    checkProps<GpuReportOptions>('GpuReport.enable', options, {
      formats: listOf(oneOf(GpuReportFormat)),
      fileName: TEXT,
      title: TEXT,
    });
    const { formats = [GpuReportFormat.HTML], fileName = DEFAULT_NAME, title } = options;
    if (!/^[A-Za-z0-9][\w.-]*$/.test(fileName)) {
      throw new Error('GpuReport.enable: fileName is the name of a file without a folder, of letters, digits, dots '
        + `and dashes, got ${JSON.stringify(fileName)}`);
    }
    AppChecks.of(app).afterSynth(clusters => {
      clusters.forEach((cluster, index) => {
        const name = clusters.length === 1 ? fileName : `${fileName}-${index + 1}`;
        for (const format of formats) {
          writeWhole(path.join(app.outdir, `${name}.${format}`), render(cluster, format, title));
        }
      });
    });
  }

  /**
   * The report of an app as it is now, as text; of an app for several clusters, one after the other.
   * @param scope the app, or any construct in it
   * @param format the format
   * @throws when an object cannot be rendered
   */
  public static render(scope: IConstruct, format: GpuReportFormat): string {
    const { clusters, failures } = AppChecks.of(scope).run();
    if (failures.length > 0) { throw new Error(failures.join('\n')); }
    return clusters.map(cluster => render(cluster, format)).join('\n');
  }

  private constructor() {}
}

const DEFAULT_NAME = 'gpu-report';

function appOf(scope: IConstruct): App {
  const { root } = scope.node;
  if (!App.isConstruct(root) || typeof (root as App).synth !== 'function') {
    throw new Error('GpuReport.enable needs an App: only app.synth() writes files');
  }
  return root as App;
}

function render({ model, found }: CheckedCluster, format: GpuReportFormat, title = 'GPUs of this app'): string {
  const input = { title, model, findings: found };
  switch (format) {
    case GpuReportFormat.SVG: return chartSvg(input);
    case GpuReportFormat.MARKDOWN: return chartMarkdown(input);
    default: return chartPage(input);
  }
}
