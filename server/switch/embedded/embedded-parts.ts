import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { EmbeddedSwitchConfig } from './embedded-config.ts';
import type { MediaEngine } from './media/media-engine.ts';
import type { SwitchLog } from './sip/switch-log.ts';

/** What the embedded switch is made of. */
export interface EmbeddedSwitchParts {
  readonly config: EmbeddedSwitchConfig;
  readonly engine: MediaEngine;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Whether pages of this origin may open SIP over WebSocket. */
  readonly isAllowedOrigin: (origin: string) => Promise<boolean>;
  /** Where a request comes from, as the reverse proxies in front tell it; that of the socket when not given. */
  readonly addressOf?: (request: IncomingMessage) => string;
}
