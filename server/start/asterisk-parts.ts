import type { Config } from './config/config.ts';
import type { AsteriskSettings } from './config/asterisk-environment.ts';
import type { Switch } from '../core/ports/switch.ts';
import { AsteriskSwitch, type AsteriskSwitchParts } from '../switch/asterisk/asterisk-switch.ts';
import { AudioFiles } from '../switch/asterisk/audio-files.ts';
import { AsteriskCluster } from '../switch/asterisk/cluster/asterisk-cluster.ts';
import { type PlaceAccess } from './place-access.ts';

/** How one application is used, on an Asterisk that is there already or on several as one switch. */
type Application = Omit<PlaceAccess, 'network' | 'allTeams'>;

/** Applications of an Asterisk, each a switch of its own, steered over ARI: this server's, and others that it takes over. */
export class AsteriskApplications {
  readonly #settings: AsteriskSettings;
  readonly #trunk: Config['trunk'];
  readonly #parts: Pick<AsteriskSwitchParts, 'clock' | 'ids' | 'log'>;
  readonly #files: AudioFiles;

  constructor(
    settings: AsteriskSettings,
    trunk: Config['trunk'],
    parts: Pick<AsteriskSwitchParts, 'clock' | 'ids' | 'log'>,
  ) {
    this.#settings = settings;
    this.#trunk = trunk;
    this.#parts = parts;
    this.#files = new AudioFiles(settings.audio);
  }

  /** @param permit asked before the application is taken */
  own(permit: () => Promise<void>): Switch {
    const { prefix: trunkPrefix, allow: carrierHosts } = this.#trunk;
    return this.of({ ...this.#settings, trunkPrefix, carrierHosts }, permit);
  }

  of(application: Application, permit: () => Promise<void>): Switch {
    const { user, password, audio } = this.#settings;
    const { nodes, ...rest } = application;
    const listed = nodes.map(({ name, ariUrl, webSocketUrl }) => ({
      name,
      config: { ...rest, ariUrl, webSocketUrl, user, password, audio },
    }));
    const [first] = listed;
    if (first === undefined) throw new Error('there is no Asterisk');
    const parts = { ...this.#parts, permit, files: this.#files };
    return listed.length === 1
      ? new AsteriskSwitch({ ...parts, config: first.config })
      : new AsteriskCluster({ ...parts, nodes: listed });
  }
}
