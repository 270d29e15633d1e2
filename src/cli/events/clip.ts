/** Characters that take two terminal cells: Chinese, Japanese, Korean and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Characters that take no cell: combining marks and joiners. */
const none = /[\p{Mn}\p{Me}\u200b-\u200f\u2060\ufe00-\ufe0f]/u;

/** Clips a line to `width` terminal cells, so that it does not wrap; tabs become spaces. */
export function clip(line: string, width: number): string {
  let [clipped, cells] = ['', 0];
  for (const character of line.replaceAll('\t', ' ')) {
    cells += none.test(character) ? 0 : wide.test(character) ? 2 : 1;
    if (cells > width) break;
    clipped += character;
  }
  return clipped;
}
