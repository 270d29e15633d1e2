import { expect, it } from 'vitest';
import { imageContent, type InspectedImage } from './image-content.js';

const image: InspectedImage = {
  Architecture: 'amd64',
  RootFS: { Layers: ['sha256:1', 'sha256:2'] },
  Config: { Cmd: ['python3'], Entrypoint: null, Env: ['A=1', 'B=2'], WorkingDir: '/experiment' },
};
const changed = (change: Partial<InspectedImage['Config']>) => ({
  ...image,
  Config: { ...image.Config, ...change },
});

it('is the same for two stores that write it differently', () => {
  expect(imageContent(changed({ Entrypoint: [], Env: ['B=2', 'A=1'] }))).toBe(imageContent(image));
});

it.each([
  ['a layer', { ...image, RootFS: { Layers: ['sha256:1', 'sha256:3'] } }],
  ['the order of layers', { ...image, RootFS: { Layers: ['sha256:2', 'sha256:1'] } }],
  ['the command', changed({ Cmd: ['sh'] })],
  ['the environment', changed({ Env: ['A=2', 'B=2'] })],
  ['the architecture', { ...image, Architecture: 'arm64' }],
])('differs when %s differs', (_, other) => {
  expect(imageContent(other)).not.toBe(imageContent(image));
});
