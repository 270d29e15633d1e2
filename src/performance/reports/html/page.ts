import { createHash } from 'node:crypto';
import { hatches } from './charts/index.js';
import { json, markup, type Markup, raw } from './markup/index.js';

interface Page {
  readonly title: string;
  readonly header: Markup;
  /** Ids and names of the sections in the navigation. */
  readonly navigation: readonly (readonly [id: string, name: string])[];
  readonly main: readonly Markup[];
  readonly footer: Markup;
  readonly style: string;
  readonly script: string;
  /** Data blocks for the scripts, by element id. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * A self-contained page. Its content security policy allows only the embedded script and style, by hash. Even markup
 * injected through a bug could not run a script or make a request.
 */
export function pageOf({ title, header, navigation, main, footer, style, script, data }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const links = navigation.map(([id, name]) => markup`<a href="#${id}">${name}</a>`);
  const blocks = Object.entries(data).map(
    ([id, value]) => markup`<script type="application/json" id="${id}">${json(value)}</script>\n`,
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="collab">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${header}
<nav aria-label="Sections"><div>${links}<button type="button" id="theme" hidden></button></div></nav>
<main id="main">
${main}
</main>
${footer}
${hatches()}
${blocks}<script>${raw(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
