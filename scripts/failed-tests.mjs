// Prints each test that failed, was skipped or could not be loaded, with what its error says: one line per test.
//   failed-tests.mjs <JSON report of vitest>
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
/** The message of an error, without its stack: our errors take three lines, and the second says why. */
const said = (text = '') =>
  text
    .split(/\n\s+at /, 1)[0]
    .split('\n')
    .slice(0, 4)
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' / ')
    .slice(0, 600);
for (const { name, status, message, assertionResults } of testResults) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status !== 'passed');
  for (const { fullName, status: how, failureMessages } of failed)
    console.log(`${file}: ${fullName} (${how}): ${said(failureMessages?.[0])}`);
  if (status === 'failed' && failed.length === 0) console.log(`${file}: ${said(message)}`);
}
