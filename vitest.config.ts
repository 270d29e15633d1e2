import { defineConfig } from 'vitest/config';

/** Tests of one of these projects share an engine and a Lab, so their files run one after another. */
const serial = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 600_000 };
const setupFiles = [
  'tests/support/listed-programs.ts',
  'tests/support/own-temp-folder.ts',
  'tests/support/listener-warnings.ts',
];
/** For tests that call the command. Last, so that runs are checked before their temporary folder goes. */
const withRuns = [...setupFiles, 'tests/support/checked-runs.ts'];

const page = ['tests/page-setup.mjs'];

export default defineConfig({
  test: {
    maxWorkers: '100%', // one worker less, the default, leaves half of two cores idle
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,bench,scripts,tests/support}/**/*.test.ts'],
          globalSetup: page,
          setupFiles,
          testTimeout: 20_000,
          isolate: false, // files of a worker share their modules: importing them anew took nearly half of the time
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: [...page, 'tests/agent-setup.mjs'],
          setupFiles: withRuns,
          ...serial,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/*.test.ts'],
          globalSetup: ['tests/e2e/lab-setup.ts'],
          setupFiles: withRuns,
          ...serial,
        },
      },
      {
        test: {
          name: 'e2e-local',
          include: ['tests/e2e/local/*.test.ts'],
          setupFiles: withRuns,
          ...serial,
          fileParallelism: true, // each has a workspace and a fleet of its own, and waits for most of its time
        },
      },
      {
        test: {
          name: 'long',
          include: ['tests/long/**/*.test.ts'],
          globalSetup: ['tests/e2e/lab-setup.ts'],
          setupFiles: withRuns,
          ...serial,
          testTimeout: 1_800_000,
        },
      },
    ],
  },
});
