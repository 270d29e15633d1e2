/** How to open the dashboard. */
export function dashboardText(link: string, { readOnly }: { readOnly?: boolean }): string {
  return [
    `Open ${link}`,
    'The link works once, for one browser. Another one: collab dashboard --link',
    readOnly === true
      ? 'It only shows (--read-only). Ctrl-C ends it.'
      : 'Whoever opens it has your rights in the fleet. Ctrl-C ends it.',
  ].join('\n');
}
