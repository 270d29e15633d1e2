import { type ImageSpec, specOf, type WantedImage } from '../delivery/index.js';
import type { EngineImage } from '../engine/index.js';
import type { CodeRecord } from './code-plan.js';
import { codeRef, codeRun, type ImagePlan } from './layer-plan.js';

/**
 * The image to deliver for a role: the code's layers on top of the image below.
 * @param below the images of the plan's layers below the code, by ref; missing ones are omitted
 */
export function codeImage(
  plan: ImagePlan,
  experiment: string,
  code: CodeRecord,
  below: ReadonlyMap<string, EngineImage>,
): WantedImage {
  const lower = plan.layers.filter(({ kind, ref }) => kind !== 'code' && below.has(ref));
  const top = lower.at(-1);
  const image = below.get(top?.ref ?? '');
  if (image === undefined || top === undefined) throw new TypeError(`nothing below the code of ${plan.ref}`);
  const on = specOf(top.ref, image);
  const labels = (image.run.Labels ?? {}) as Record<string, string>;
  const spec: ImageSpec = {
    ref: plan.ref,
    architecture: on.architecture,
    layers: [...on.layers, ...[code.wrapper, ...code.layers].map(({ diffId }) => diffId)],
    run: {
      ...on.run,
      ...codeRun,
      Labels: { ...labels, 'collab.image': 'code', 'collab.experiment': experiment },
    },
  };
  const place = { architecture: plan.architecture, experiment, below: top.ref };
  return {
    spec,
    below: lower.flatMap(({ ref }) => {
      const lowerImage = below.get(ref);
      return lowerImage === undefined ? [] : [specOf(ref, lowerImage)];
    }),
    earlier: code.earlier.map((hash) => codeRef(place, hash)),
  };
}
