import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Shape of a Lucide icon (ISC licence), imported one by one: `lucide/dist/esm/icons/phone.mjs`. */
export type IconShape = readonly (readonly [
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
])[];

/** All icons have this stroke on screen, CSS px, at both sizes. */
const STROKE = 1.6;

/** A decorative icon in the colour of the text around it; the control that holds it has the accessible name. */
export function icon(shape: IconShape, size: 16 | 20 = 16): TemplateResult {
  return html`<svg
    class="icon"
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width=${(STROKE * 24) / size}
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shape.map(([tag, a]) => child(tag, a))}
  </svg>`;
}

function child(
  tag: string,
  a: Readonly<Record<string, string | number>>,
): SVGTemplateResult | typeof nothing {
  switch (tag) {
    case 'path':
      return svg`<path d=${a['d']} />`;
    case 'circle':
      return svg`<circle cx=${a['cx']} cy=${a['cy']} r=${a['r']} />`;
    case 'rect':
      return svg`<rect x=${a['x'] ?? 0} y=${a['y'] ?? 0} width=${a['width']} height=${a['height']} rx=${a['rx'] ?? 0} />`;
    case 'line':
      return svg`<line x1=${a['x1']} y1=${a['y1']} x2=${a['x2']} y2=${a['y2']} />`;
    case 'polyline':
      return svg`<polyline points=${a['points']} />`;
    default:
      return nothing;
  }
}
