import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import type { Linter } from 'eslint';

/** The floors of the house, from the top. A room may import from rooms that stand below it, never above. */
const floors = [
  ['cli'],
  ['index.ts'],
  ['experiments', 'performance', 'lab'],
  ['deployment'],
  ['network'],
  ['logs'],
  ['workspace'],
  ['events.ts', 'errors.ts', 'package-folder.ts'],
];

const zones = floors.flatMap((rooms, floor) =>
  rooms.flatMap((room) => [
    ...floors.slice(0, floor).flatMap((above) =>
      above.map((upper) => ({
        target: `./src/${room}`,
        from: `./src/${upper}`,
        message: `${room} stands below ${upper}: imports go down only.`,
      })),
    ),
    ...rooms
      .filter((beside) => beside !== room && !room.endsWith('.ts'))
      .map((beside) => ({
        target: `./src/${room}`,
        from: `./src/${beside}`,
        message: `${room} and ${beside} stand on one floor and do not know each other.`,
      })),
  ]),
);

const onlyTheDoor = {
  target: './src/cli',
  from: './src',
  except: ['./cli', './index.ts', './package-folder.ts'],
  message: 'cli knows the house through its door, src/index.ts, only.',
};
const performanceKnowsLogs = ['deployment', 'network'].map((room) => ({
  target: './src/performance',
  from: `./src/${room}`,
  message: 'performance needs a run folder and nothing else: it knows logs only.',
}));

/** Each library is imported by one file only; the rest of the house knows our own contract. */
const libraries: Record<string, string> = {
  ssh2: 'src/network/ssh/client.ts',
  dockerode: 'src/deployment/engine/dockerode.ts',
  'bonjour-service': 'src/network/discovery/mdns.ts',
  'multicast-dns': 'src/network/discovery/question.ts',
  systeminformation: 'src/network/controller-facts.ts',
  'hyparquet-writer': 'src/performance/reports/binary/parquet.ts',
  'csv-stringify': 'src/performance/reports/text/csv.ts',
  'csv-stringify/sync': 'src/performance/reports/text/csv.ts',
  exceljs: 'src/performance/reports/binary/workbook.ts',
  yazl: 'src/performance/reports/binary/zip.ts',
  'tar-stream': 'src/deployment/tar.ts',
  uplot: 'src/performance/reports/html/assets.ts',
  yaml: 'src/workspace/yaml.ts',
  ignore: 'src/experiments/definition/left-out.ts',
  'string-width': 'src/cli/text-width.ts',
  '@inquirer/prompts': 'src/cli/prompts.ts',
};

const only = (names: string[]): Linter.RuleEntry => [
  'error',
  { paths: names.map((name) => ({ name, message: `Only ${libraries[name] ?? ''} imports it.` })) },
];

const oneFilePerLibrary: Linter.Config[] = [
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': only(Object.keys(libraries)) },
  },
  ...[...new Set(Object.values(libraries))].map((file): Linter.Config => ({
    files: [file],
    rules: {
      '@typescript-eslint/no-restricted-imports': only(
        Object.keys(libraries).filter((name) => libraries[name] !== file),
      ),
    },
  })),
];

export default defineConfig(
  {
    ignores: [
      'dist',
      'node_modules',
      'Logs',
      '.collab',
      'coverage',
      'src/performance/reports/html/assets/page.js',
    ],
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver': { typescript: true, node: { extensions: ['.ts', '.js'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'max-lines': ['error', { max: 300 }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...zones, onlyTheDoor, ...performanceKnowsLogs] }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/!(cli)/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only src/cli ends the process.' },
      ],
    },
  },
  ...oneFilePerLibrary,
);
