import { generate } from 'lean-qr/nano';
import { html, svg } from 'lit';

/** Modules of white around it (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/** The dark modules of a text as a path of unit squares, and how many modules a side has. */
export function qrModules(text: string): { readonly size: number; readonly path: string } {
  const code = generate(text);
  const rows = Array.from({ length: code.size }, (_, y) =>
    Array.from({ length: code.size }, (__, x) => (code.get(x, y) ? `M${x} ${y}h1v1h-1z` : '')).join(''),
  );
  return { size: code.size, path: rows.join('') };
}

/** A QR code, dark on white also where all else is dark: cameras want it so. */
export function qrCode(text: string, label: string): unknown {
  const { size, path } = qrModules(text);
  const side = size + 2 * QUIET;
  return html`<svg
    class="qr"
    role="img"
    aria-label=${label}
    viewBox="${-QUIET} ${-QUIET} ${side} ${side}"
    shape-rendering="crispEdges"
  >
    ${svg`<rect x=${-QUIET} y=${-QUIET} width=${side} height=${side} fill="#fff"></rect>`}
    ${svg`<path d=${path} fill="#000"></path>`}
  </svg>`;
}
