/** A time of run.json as a Date; null if it is missing or invalid. */
export function dateOf(iso: string | null | undefined): Date | null {
  const date = new Date(iso ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Null unless both are known. */
export function secondsBetween(
  start: string | null | undefined,
  end: string | null | undefined,
): number | null {
  const [from, to] = [dateOf(start), dateOf(end)];
  return from === null || to === null ? null : (to.getTime() - from.getTime()) / 1000;
}
