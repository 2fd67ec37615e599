/** How the adapter reaches one Asterisk. */
export interface AsteriskConfig {
  /** Where ARI is: `http://host:port`, with a prefix when Asterisk's web server has one. */
  readonly ariUrl: string;
  /** SIP over WebSocket as the browsers reach it. */
  readonly webSocketUrl: string;
  readonly user: string;
  readonly password: string;
  /** Name of our application in the dialplan: `Stasis(telebar)`. */
  readonly application: string;
  /** Name of the PJSIP endpoint of the carrier; null: nobody outside can be called. */
  readonly trunk: string | null;
  /** Put before every number that the carrier is given; not given: nothing. */
  readonly trunkPrefix?: string;
  /** Addresses of the carrier: it may send a call on to them, and to nothing else. */
  readonly carrierHosts: readonly string[];
  /** Dialplan context of agents' phones; everything dialled there must come to our application. */
  readonly context: string;
  /** Where Asterisk fetches what is played. */
  readonly audio: {
    readonly host: string;
    /** 0: any free port. */
    readonly port: number;
    /** As Asterisk sees it; null: `http://host:port`. */
    readonly url: string | null;
  };
  /** PJSIP transports, by the names that they have in pjsip.conf. */
  readonly transports: { readonly browser: string; readonly phone: string };
}

/** Dialplan context that calls the number to which a leg is handed over (docs/asterisk/extensions.conf). */
export const HAND_OVER_CONTEXT = 'telebar-hand-over';
/** Asterisk ends a leg that has sent no voice for so long, s. */
export const RTP_TIMEOUT_S = 5;
/** A browser phone whose socket is gone is asked this often whether its voice goes on, ms; the longer it does, the less. */
export const LINK_LOST_POLL_MS = { first: 100, later: 500 } as const;
/** Round trip, jitter and loss of answered legs are read this often, ms. */
export const QUALITY_EVERY_MS = 5_000;
/** Registered devices are asked this often whether they are there, s. */
export const QUALIFY_S = 15;
/** A leg that has been answered is given silence when nobody has placed it in this time, ms: nearly all are placed at once. */
export const UNPLACED_MS = 250;
/** A device that answers a call by nothing at all in this time is taken for dead, ms. */
export const UNHEARD_MS = 4_000;
