import type { KnownPlaces } from './known-places.js';

/** No place is longer, with what must be seen around it. */
const reach = 2048;
const contextLength = 64;

const mac = '(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])';
const home = '(?<![\\w.-])/(?:home|Users)/[^/\\s"\'\\\\:,;)\\]}<>]{1,100}';

/** An address with the login in front of it, and no part of a longer one. */
function addressPattern(text: string): string {
  const one = `(?:[A-Za-z_][\\w-]{0,31}@)?${text}`;
  if (/^[\d.\\]+(?::\d+)?$/.test(text)) return `(?<![\\d.])${one}(?!\\d|\\.\\d)`;
  if (/^[0-9a-f:]+$/i.test(text)) return `(?<![0-9A-Fa-f:])${one}(?![0-9A-Fa-f:])`;
  return `(?<![\\w.-])${one}(?![\\w-]|\\.\\w)`;
}

/** Replaces places in texts of bytes (latin1, so that bytes that are no text stay as they are). */
export class PlaceReplacer {
  readonly #pattern: RegExp;
  readonly #words = new Map<string, string>();
  readonly #macWord: (mac: string) => string;

  constructor({ addresses, folders, controllers, macWord }: KnownPlaces) {
    this.#macWord = macWord;
    const known = (texts: Iterable<string>) =>
      [...texts]
        .map(bytesOf)
        .sort((a, b) => b.length - a.length)
        .map(escaped);
    for (const [text, word] of [...addresses, ...folders]) this.#words.set(bytesOf(text).toLowerCase(), word);
    // A name such as `ubuntu` is also a word of other texts.
    const names = [...controllers].filter((name) => name.length >= 4 && /[\d-]/.test(name));
    for (const name of names) this.#words.set(bytesOf(name).toLowerCase(), 'controller');
    const usual = [...folders.keys()].filter((folder) => folder !== '/' && folder !== '');
    const parts = [
      mac,
      `(?<![\\w.-])(?:${known(usual).join('|')})(?![\\w.-])`,
      home,
      ...known(addresses.keys()).map(addressPattern),
      ...known(names).map((name) => `(?<![\\w.-])${name}(?![\\w-])`),
    ];
    this.#pattern = new RegExp(parts.join('|'), 'gi');
  }

  /** One file: takes its pieces in order, and gives its text with words for places. `last` is true once, at the end. */
  begin(): (piece: string, last: boolean) => { text: string; replaced: number } {
    let [context, pending] = ['', ''];
    const pattern = new RegExp(this.#pattern);
    return (piece, last) => {
      const whole = context + pending + piece;
      const until = last ? whole.length : whole.length - reach;
      let [text, at, replaced] = ['', context.length, 0];
      if (until <= at && !last) {
        pending += piece;
        return { text, replaced };
      }
      pattern.lastIndex = at;
      for (let found = pattern.exec(whole); found !== null; found = pattern.exec(whole)) {
        if (found.index >= until) break;
        const word = this.#wordFor(found[0]);
        if (word !== found[0]) replaced += 1;
        text += whole.slice(at, found.index) + word;
        at = found.index + found[0].length;
      }
      const end = Math.max(at, until);
      text += whole.slice(at, end);
      context = whole.slice(Math.max(0, end - contextLength), end);
      pending = whole.slice(end);
      return { text, replaced };
    };
  }

  /** A whole text. */
  replace(text: string): string {
    return Buffer.from(this.begin()(bytesOf(text), true).text, 'latin1').toString('utf8');
  }

  #wordFor(found: string): string {
    if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(found)) return this.#macWord(found);
    const known = this.#words.get(found.toLowerCase());
    if (known !== undefined) return known;
    const at = found.indexOf('@');
    const address = at < 0 ? undefined : this.#words.get(found.slice(at + 1).toLowerCase());
    if (address !== undefined) return `user@${address}`;
    return '/home/user';
  }
}

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
