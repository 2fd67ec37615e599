import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { qrModules } from '../../widget/parts/qr-code.ts';

/** As a camera sees it. */
function photographed(text: string): { pixels: Uint8ClampedArray; side: number } {
  const { size, path } = qrModules(text);
  const [scale, quiet] = [4, 4];
  const side = (size + 2 * quiet) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let at = 0; at < scale * scale; at++) {
      const column = (Number(x) + quiet) * scale + (at % scale);
      const row = (Number(y) + quiet) * scale + Math.floor(at / scale);
      pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return { pixels, side };
}

it('is read by a camera as what it says', () => {
  const uri =
    'otpauth://totp/Larkspur%20%E5%AE%A2%E6%9C%8D:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Larkspur%20%E5%AE%A2%E6%9C%8D';
  for (const text of [uri, 'x']) {
    const { pixels, side } = photographed(text);
    expect(jsQR(pixels, side, side)?.data).toBe(text);
  }
});
