export function writeRow(table: string, cells: readonly string[]): void;
