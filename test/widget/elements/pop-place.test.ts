import { expect } from '@open-wc/testing';
import { PopPlace, clearOf, remembered } from '../../../widget/elements/screen-pop/pop-place.ts';
import type { BarRoom } from '../../../widget/parts/bar-room.ts';
import { inWindow, overlap, type Box, type Size } from '../../../widget/parts/boxes.ts';

const WIDTHS = [360, 480, 640, 768, 840, 1024, 1280, 1440, 1920];
const HEIGHTS = [480, 600, 720, 900, 1080];
const PILL = { width: 160, height: 44 };
const CARD = { width: 344, height: 300 };

/** The bar docked at either edge, and open or collapsed in each corner. */
function bars(window: Size): Record<string, Box> {
  const strip = { left: 0, width: window.width, height: 56 };
  const result: Record<string, Box> = {
    top: { ...strip, top: 0 },
    bottom: { ...strip, top: window.height - 56 },
  };
  for (const [form, size] of Object.entries({ pill: PILL, card: CARD })) {
    for (const left of [16, window.width - size.width - 16]) {
      for (const top of [16, window.height - size.height - 16]) {
        result[`${form} at ${left} ${top}`] = { left, top, ...size };
      }
    }
  }
  return result;
}

const roomOf = (box: Box): BarRoom => ({ edge: 'bottom', box, notices: null });
const place = (window: Size, box: Box): Box =>
  new PopPlace().choose({ window, room: roomOf(box), width: 440, moved: null }, true);

describe('the place of the screen pop', () => {
  for (const width of WIDTHS) {
    it(`hides no bar and is wholly in the window, ${width} px wide`, () => {
      for (const height of HEIGHTS) {
        const window = { width, height };
        for (const [name, bar] of Object.entries(bars(window))) {
          const box = place(window, bar);
          const what = `${width}x${height}, bar ${name}: ${JSON.stringify(box)}`;
          expect(overlap(box, bar), what).to.equal(0);
          expect(inWindow(box, window, 8), what).to.deep.equal(box);
          if (width < 640) expect(box.width, what).to.equal(width - 16);
          else expect(box.width, what).to.be.at.least(240);
          // The middle of the page stays free where the window is wide enough for that.
          if (width >= 960) {
            const middle = { left: width / 2 - 20, top: 0, width: 40, height };
            expect(overlap(box, middle), what).to.equal(0);
          }
          if (width >= 840 || height >= 720) expect(box.height, what).to.be.at.least(320);
        }
      }
    });
  }

  it('uses the room above the bar where there is some, and the other edge where there is none', () => {
    const window = { width: 1280, height: 800 };
    const bar = { left: 904, top: 484, ...CARD };
    expect(place(window, bar)).to.deep.equal({ left: 824, top: 16, width: 440, height: 460 });
    const low = { width: 1280, height: 600 };
    expect(place(low, { ...bar, top: 284 }).left).to.equal(16);
  });

  it('stays above a bar that grows, and chooses anew for the next call', () => {
    const window = { width: 1280, height: 720 };
    const pop = new PopPlace();
    const choose = (top: number, isNew: boolean): Box => {
      const room = roomOf({ left: 904, top, width: 360, height: window.height - top });
      return pop.choose({ window, room, width: 440, moved: null }, isNew);
    };
    expect(choose(500, true).left).to.equal(824);
    expect(choose(300, false).left).to.equal(824);
    expect(choose(300, true).left).to.equal(16);
    expect(choose(500, false).left).to.equal(16);
  });

  it('is where the agent has put it, in a window of any size', () => {
    const box = { left: 100, top: 200, width: 500, height: 400 };
    const moved = remembered(box, { width: 1280, height: 800 });
    for (const width of WIDTHS.filter((each) => each >= 640)) {
      for (const height of HEIGHTS) {
        const window = { width, height };
        const found = new PopPlace().choose({ window, room: null, width: 440, moved }, true);
        expect(inWindow(found, window, 8)).to.deep.equal(found);
      }
    }
    const same = { window: { width: 1280, height: 800 }, room: null, width: 440, moved };
    expect(new PopPlace().choose(same, true)).to.deep.equal(box);
  });

  it('gives way to notices that have no other place', () => {
    const box = { left: 8, top: 8, width: 344, height: 300 };
    const notice = { left: 8, top: 260, width: 300, height: 44 };
    expect(clearOf(notice, box).height).to.equal(244);
    expect(overlap(clearOf(notice, box), notice)).to.equal(0);
    const above = { ...notice, top: 0 };
    expect(overlap(clearOf(above, box), above)).to.equal(0);
    expect(clearOf(null, box)).to.equal(box);
  });
});
