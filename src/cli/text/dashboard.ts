import type { KeeperLink } from '../../index.js';

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

/** How to open the dashboard of a keeper. @param ca path of the certificate of the fleet's authority */
export function keeperLinkText({ link, user, keeper, fingerprint }: KeeperLink, ca: string): string {
  const { port, name, address } = keeper;
  const secret = link.slice(link.indexOf('#'));
  const tunnel = [
    `Through ssh instead: ssh -L ${port}:127.0.0.1:${port} <login>@${address}`,
    `    and open https://localhost:${port}/enter${secret}`,
  ];
  return [
    `Open ${link}`,
    `${name} serves it. The link works once, within 10 minutes, for one browser, which then has the rights of ${user}.`,
    'The browser does not know who signed the certificate. Compare what it shows (SHA-256):',
    `    ${fingerprint}`,
    `Or let it trust the fleet's own authority: ${ca}`,
    ...(address.startsWith('127.') ? [] : tunnel),
  ].join('\n');
}
