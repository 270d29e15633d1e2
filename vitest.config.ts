import { defineConfig } from 'vitest/config';

/** Integration and end-to-end tests share one engine and one Lab, so their files run one after another. */
const serial = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 600_000 };

const page = ['tests/page-setup.mjs'];

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['{src,bench}/**/*.test.ts'], globalSetup: page, testTimeout: 20_000 },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: page,
          ...serial,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/lab-setup.ts'],
          ...serial,
        },
      },
      {
        test: {
          name: 'long',
          include: ['tests/long/**/*.test.ts'],
          globalSetup: ['tests/e2e/lab-setup.ts'],
          ...serial,
          testTimeout: 1_800_000,
        },
      },
    ],
  },
});
