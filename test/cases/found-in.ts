import { run } from '../cli/run';

/** What lint says of an input beside notes: rule, severity, and how often; and how it ends. */
export async function foundIn(input: string, options: readonly string[] = []): Promise<{ found: string; code: number }> {
  const { out, code } = await run('lint', input, '--format', 'json', '--min-severity', 'warning', ...options);
  const { findings } = JSON.parse(out) as { findings: { rule: string; severity: string }[] };
  const counts = new Map<string, number>();
  for (const { rule, severity } of findings) { counts.set(`${rule} ${severity}`, (counts.get(`${rule} ${severity}`) ?? 0) + 1); }
  const found = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => (count > 1 ? `${what} x${count}` : what)).join(', ');
  return { found, code };
}
