import { plainText } from '../../../../errors.js';

/** HTML. Only `markup`, `raw` and `json` create it, so no other text gets into a page unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | null | undefined | readonly Part[];

/** HTML template whose values are escaped: text from devices and roles never becomes markup. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, at) => (at === 0 ? '' : textOf(parts[at - 1])) + string).join(''));
}

/** Unescaped text, only for scripts and styles of this project. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** JSON in a page: no character in it can close its element or open another. */
export function json(value: unknown): Markup {
  const clean = JSON.stringify(value, (_, one: unknown) => (typeof one === 'string' ? visible(one) : one));
  const text = clean.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(String(part));
}

/** Characters that reverse the text direction could disguise a name as another. */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function visible(text: string): string {
  return plainText(text).replace(bidirectional, '');
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
