import { composed, inkOf } from './picture.js';
import { inLightColors } from './theme.js';

/** Pixels of a PNG per pixel of the chart: 300 dpi at its size in print, where 96 pixels are an inch. */
const pixelsPerUnit = 300 / 96;
const longestName = 120;

/** The buttons that save a chart as a file. */
export function offerPictures(): void {
  for (const buttons of document.querySelectorAll<HTMLElement>('.save')) {
    const figure = buttons.parentElement;
    if (figure === null) continue;
    buttons.hidden = false;
    for (const button of buttons.querySelectorAll<HTMLElement>('[data-save]'))
      button.addEventListener(
        'click',
        () => void save(figure, button.dataset.save === 'png' ? 'png' : 'svg'),
      );
  }
}

/** Changes the title of a figure, and the names of its buttons with it. */
export function rename(figure: Element, title: string): void {
  const caption = figure.querySelector('figcaption');
  if (caption !== null) caption.textContent = title;
  for (const button of figure.querySelectorAll('[data-save]'))
    button.setAttribute('aria-label', `Save as ${button.textContent}: ${title}`);
}

async function save(figure: HTMLElement, format: 'svg' | 'png'): Promise<void> {
  const picture = inLightColors(() => composed(figure));
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;
  const file = format === 'svg' ? new Blob([text], { type: 'image/svg+xml' }) : await pngOf(picture, text);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${nameOf(`${document.title} ${inkOf(figure.querySelector('figcaption'))}`)}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Experiment, run and title, in characters that every file system takes. */
function nameOf(text: string): string {
  return text
    .replace(/[^\w.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, longestName);
}

/** @throws DOMException if the browser cannot draw so large a picture */
async function pngOf(picture: SVGSVGElement, text: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(Number(picture.getAttribute('width')) * pixelsPerUnit);
  canvas.height = Math.round(Number(picture.getAttribute('height')) * pixelsPerUnit);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The browser has no canvas.');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null)
        reject(new Error(`The browser cannot draw a picture of ${canvas.width} by ${canvas.height} pixels.`));
      else resolve(blob);
    });
  });
}
