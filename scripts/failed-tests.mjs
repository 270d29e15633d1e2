// Prints each test that failed, was skipped or could not be loaded, with the first line of its error: one line per test.
//   failed-tests.mjs <JSON report of vitest>
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const firstLine = (text = '') => text.split('\n', 1)[0];
for (const { name, status, message, assertionResults } of testResults) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status !== 'passed');
  for (const { fullName, status: how, failureMessages } of failed)
    console.log(`${file}: ${fullName} (${how}): ${firstLine(failureMessages?.[0])}`);
  if (status === 'failed' && failed.length === 0) console.log(`${file}: ${firstLine(message)}`);
}
