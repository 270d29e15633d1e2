import { expect, test } from 'vitest';
import { suggestArchitecture } from './architectures.js';

test.each([
  [['x86_64'], ' Did you mean "amd64"?'],
  [['AArch64'], ' Did you mean "arm64"?'],
  [['armv7l'], ' Did you mean "arm"?'],
  [['arm64', 'x86-64', 'armhf'], ' Did you mean "amd64" and "arm"?'],
  [['linux/arm64'], ' Did you mean "arm64"?'],
  [['ppc64el'], ' Did you mean "ppc64le"?'],
  [['amd64'], ''],
  [['i386', 7, null, {}], ''],
])('%j', (words, said) => {
  expect(suggestArchitecture(words)).toBe(said);
});
