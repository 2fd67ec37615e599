import type { Flow } from './flow.ts';
import type { SipLink } from './sip-link.ts';
import type { InboundResponse, SipRequest } from './sip-message.ts';

/** Four tries of the transaction fit into it (RFC 3261 §17.1.2.2), ms. */
const ANSWER_MS = 4_000;

/** Asks the peer within its dialog. Resolves with its answer; null when none comes in a time in which it could. */
export function askPeer(link: SipLink, request: SipRequest, flow: Flow): Promise<InboundResponse | null> {
  return new Promise((resolve) => {
    const cancel = link.clock.after(ANSWER_MS, () => resolve(null));
    const settle = (answer: InboundResponse | null): void => {
      cancel();
      resolve(answer);
    };
    link.send(request, flow, {
      onResponse: (response) => {
        if (response.status >= 200) settle(response);
      },
      onFailure: () => settle(null),
    });
  });
}

/** Whatever it answers, it is there; but for the two answers that say that there is no such dialog (RFC 3261 §12.2.1.2). */
export function knowsDialog(answer: InboundResponse | null): boolean {
  return answer !== null && answer.status !== 408 && answer.status !== 481;
}
