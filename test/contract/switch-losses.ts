import { beforeEach, describe, expect, it } from 'vitest';
import type { LegId } from '../../server/core/kernel/ids.ts';
import { refusal } from './suite-bed.ts';
import type { Answered, KnownBrowser, SuiteBed } from './suite-bed.ts';
import type { FarCall } from './switch-harness.ts';

/** Silence is told from a pause in some seconds. */
const LOST_MS = 25_000;

interface Scene {
  readonly page: KnownBrowser;
  readonly legId: LegId;
  readonly far: FarCall;
}

/** Brings a leg to a page into one state. */
type Begin = (bed: SuiteBed) => Promise<Scene>;

const UNANSWERED: Record<string, Begin> = {
  'is called': async (bed) => call(bed),
  rings: async (bed) => {
    const scene = await call(bed);
    await scene.far.ring();
    await bed.log.next('leg-ringing', ({ legId }) => legId === scene.legId);
    return scene;
  },
  'is answering': async (bed) => {
    const scene = await call(bed);
    await scene.far.ring();
    // It may be gone before its voice flows.
    scene.far.answer().catch(() => undefined);
    return scene;
  },
};

const ANSWERED: Record<string, Begin> = {
  'has answered': async (bed) => answered(bed),
  'is in a room': async (bed) => {
    const scene = await answered(bed);
    await bed.room(scene, await bed.answeredCaller());
    return scene;
  },
  'is on hold': async (bed) => {
    const scene = await answered(bed);
    await bed.room(scene, await bed.answeredCaller());
    await bed.telephone.music(scene.legId, true);
    return scene;
  },
  'is being moved': async (bed) => {
    const scene = await answered(bed);
    await bed.room(scene);
    const other = await bed.room(await bed.answeredCaller());
    // The leg may be gone before it gets there.
    bed.telephone.place(scene.legId, other, { kind: 'all' }).catch(() => undefined);
    return scene;
  },
};

/** States in which it hears of its end. */
const LASTING: Record<string, Begin> = { rings: UNANSWERED['rings']!, ...ANSWERED };

async function call(bed: SuiteBed): Promise<Scene> {
  const page = await bed.browser('anna');
  const { legId, dialled } = bed.dialPhone(page.endpointId);
  await dialled;
  return { page, legId, far: await page.nextCall() };
}

async function answered(bed: SuiteBed): Promise<Scene> {
  const page = await bed.browser('anna');
  return { page, ...(await bed.talkTo(page)) };
}

/** The part of the contract that is loss: whatever a leg is doing and however its page goes, it is told once, as lost. */
export function describeLosses(bedOf: () => SuiteBed): void {
  let bed: SuiteBed;
  beforeEach(() => {
    bed = bedOf();
  });

  async function expectLost(legId: LegId): Promise<void> {
    const lost = await bed.log.next('leg-lost', (event) => event.legId === legId, LOST_MS);
    expect(['media-lost', 'signalling-lost']).toContain(lost.cause);
    expect(await bed.live(legId)).toBeUndefined();
    expect(lastEvents(legId)).toEqual(['leg-lost']);
  }

  function lastEvents(legId: LegId): string[] {
    return bed.log.events.flatMap((event) =>
      (event.type === 'leg-ended' || event.type === 'leg-lost') && event.legId === legId ? [event.type] : [],
    );
  }

  /** Something after which the page is registered anew, and known to be. */
  async function backAfter(page: KnownBrowser, comes: () => Promise<void>): Promise<void> {
    const told = bed.log.events.length;
    await comes();
    await bed.log.next(
      'endpoint-online',
      (event) => event.endpointId === page.endpointId && bed.log.events.indexOf(event) >= told,
    );
  }

  /** It can be called again, and talks. */
  async function expectReachable(page: KnownBrowser): Promise<void> {
    const again: Answered = await bed.talkTo(page);
    const customer = await bed.answeredCaller('13800000009');
    await bed.room(again, customer);
    await bed.expectTalk(again.far, customer.far);
  }

  describe.each(Object.entries(UNANSWERED))('a page that %s', (_state, begin) => {
    it('loses the leg when it goes', async () => {
      const { page, legId } = await begin(bed);
      await page.leave('socket');
      await expectLost(legId);
    });

    it('loses the leg when it is loaded anew, and is called again', async () => {
      const { page, legId } = await begin(bed);
      await backAfter(page, () => page.reload());
      await expectLost(legId);
      await expectReachable(page);
    });
  });

  describe.each(Object.entries(UNANSWERED).slice(0, 2))('a page that %s', (_state, begin) => {
    it('loses the leg when its socket breaks, and is called again over the next one', async () => {
      const { page, legId } = await begin(bed);
      await page.breakSocket();
      await expectLost(legId);
      await backAfter(page, () => page.reconnect());
      await expectReachable(page);
    });
  });

  it.each(Object.entries(LASTING))(
    'a page that %s keeps the leg when another page takes its registration',
    async (_state, begin) => {
      const { legId, far } = await begin(bed);
      const next = await bed.harness.browser(await bed.account('anna', 'browser'));
      await next.register();
      expect(await bed.live(legId)).toBeDefined();
      await bed.telephone.hangup(legId, 'cancelled');
      await far.until('over');
      await expect.poll(() => lastEvents(legId)).toEqual(['leg-ended']);
    },
  );

  describe.each(Object.entries(ANSWERED))('a page that %s', (state, begin) => {
    it.each(['voice', 'socket'] as const)('loses the leg when it goes, its %s first', async (first) => {
      const { page, legId } = await begin(bed);
      await page.leave(first);
      await expectLost(legId);
    });

    it('loses the leg when it is loaded anew, and is called again', async () => {
      const { page, legId } = await begin(bed);
      await backAfter(page, () => page.reload());
      await expectLost(legId);
      await expectReachable(page);
    });

    // Of a leg that hears music a switch need not tell: it may have nothing to say for minutes.
    const told = state === 'is on hold' ? 'may lose' : 'loses';
    it(`${told} the leg when its voice alone is lost, and can be called again`, async () => {
      const { page, legId } = await begin(bed);
      await page.loseVoice();
      if (told === 'loses') await expectLost(legId);
      await expectReachable(page);
    });

    it('keeps the leg when its socket breaks and the voice goes on, until it is hung up', async () => {
      const { page, legId, far } = await begin(bed);
      await page.breakSocket();
      await backAfter(page, () => page.reconnect());
      const customer = await bed.answeredCaller('13800000009');
      await bed.telephone.music(legId, false);
      await bed.room({ legId, far }, customer);
      await bed.expectTalk(far, customer.far);
      await bed.telephone.hangup(legId);
      await expect.poll(() => lastEvents(legId)).toEqual(['leg-ended']);
      expect(await bed.live(legId)).toBeUndefined();
    });
  });

  describe('a page that is being hung up', () => {
    it.each(['voice', 'socket'] as const)('and goes, its %s first, is told of once', async (first) => {
      const { page, legId } = await answered(bed);
      const hungUp = bed.telephone.hangup(legId, 'normal');
      await page.leave(first);
      await hungUp;
      await expect.poll(() => lastEvents(legId)).toHaveLength(1);
      expect(await bed.live(legId)).toBeUndefined();
      // What comes late would come before the next call is answered.
      await bed.answeredCaller();
      expect(lastEvents(legId)).toHaveLength(1);
    });
  });

  describe('a page that dials by itself', () => {
    it('loses the leg when it goes before it is answered', async () => {
      const page = await bed.browser('anna');
      await page.dial('1002');
      const { legId } = await bed.log.next('leg-offered');
      await page.leave('socket');
      await expectLost(legId);
    });
  });

  describe('a page that is gone', () => {
    it('is refused as offline when it is called', async () => {
      const page = await bed.browser('anna');
      await page.leave('socket');
      await bed.log.next('endpoint-offline', ({ endpointId }) => endpointId === page.endpointId);
      expect(await refusal(bed.dialPhone(page.endpointId).dialled)).toBe('endpoint-offline');
    });
  });
}
