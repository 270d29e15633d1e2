/** The output of a probe, by section. `get` returns '' for an empty or missing section. */
export class Sections {
  readonly #texts = new Map<string, string>();

  constructor(text: string) {
    for (const part of text.split(/^@@/m).slice(1)) {
      const [name = '', ...lines] = part.split('\n');
      this.#texts.set(name.trim(), lines.join('\n').trim());
    }
  }

  has(name: string): boolean {
    return this.#texts.has(name);
  }

  get(name: string): string {
    return this.#texts.get(name) ?? '';
  }

  lines(name: string): string[] {
    return this.get(name).split('\n').filter(Boolean);
  }
}
