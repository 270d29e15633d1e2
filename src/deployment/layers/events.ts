/** What happens while layers are made. `ref` is the image's tag. */
export type LayerEvent =
  | { kind: 'layer.present'; device: string; ref: string; layer: string }
  | { kind: 'layer.pull'; device: string; ref: string }
  | { kind: 'layer.debootstrap'; device: string; ref: string }
  | { kind: 'layer.build'; device: string; ref: string; layer: string }
  | { kind: 'layer.emulated'; device: string; ref: string; architecture: string }
  | { kind: 'layer.step'; device: string; ref: string; step: number; of: number; instruction: string }
  | { kind: 'layer.line'; device: string; ref: string; line: string }
  | { kind: 'layer.built'; device: string; ref: string; layer: string; imageId: string; seconds: number };
