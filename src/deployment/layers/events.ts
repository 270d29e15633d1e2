import type { JournaledLayerEvent } from '../../logs/index.js';

/** What happens while the layers of an image are built, with what only a screen shows. `ref` is the image's tag. */
export type LayerEvent =
  | JournaledLayerEvent
  | { kind: 'layer.step'; device: string; ref: string; step: number; of: number; instruction: string }
  | { kind: 'layer.line'; device: string; ref: string; line: string };
