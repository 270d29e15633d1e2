/** `1 line`, `3 lines`. */
export function plural(count: number, what: string, whats = `${what}s`): string {
  return `${count} ${count === 1 ? what : whats}`;
}

/** The first few names, and how many more there are. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** Three significant digits. */
export function short(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
