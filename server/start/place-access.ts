import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import type { Place } from '../core/ports/lease-store.ts';
import type { PlaceFate } from '../live/ownership/ownership.ts';
import type { Config } from './config/config.ts';

const PlaceAccess = z.object({
  /** Whose `localhost` it is, when an address is there; null: all addresses mean the same everywhere. */
  network: z.string().nullable(),
  nodes: z.array(z.object({ name: z.string(), ariUrl: z.string(), webSocketUrl: z.string() })),
  application: z.string(),
  trunk: z.string().nullable(),
  trunkPrefix: z.string(),
  carrierHosts: z.array(z.string()),
  context: z.string(),
  transports: z.object({ browser: z.string(), phone: z.string() }),
  /** Its server has no list of teams: it has all that live nowhere. */
  allTeams: z.boolean(),
});

/** What another server has to know to serve an application of an Asterisk: everything but passwords, which are its own. */
export type PlaceAccess = z.output<typeof PlaceAccess>;

/** @returns null for the embedded switch, which is in its server */
export function accessOf({ asterisk, trunk, servers }: Config, network = ownNetwork()): PlaceAccess | null {
  if (asterisk === null) return null;
  const { nodes, application, context, transports } = asterisk;
  return {
    network: nodes.some(({ ariUrl }) => isLocal(ariUrl)) ? network : null,
    nodes,
    application,
    trunk: asterisk.trunk,
    trunkPrefix: trunk.prefix,
    carrierHosts: trunk.allow,
    context,
    transports,
    allTeams: servers.teams === null,
  };
}

/** As it is kept with the place; null when it is nothing that this version understands. */
export function readAccess(text: string | null): PlaceAccess | null {
  if (text === null) return null;
  const parsed = PlaceAccess.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/**
 * What this server does with a place that nobody holds any more. A server of the same Asterisk goes on with it there. Whoever
 * has all teams takes to itself what cannot be served: after a change of the switch, or of the application's name.
 */
export function fateOf(
  place: Pick<Place, 'access'>,
  own: { readonly access: PlaceAccess | null; readonly allTeams: boolean; readonly takesOver: boolean },
): PlaceFate {
  const theirs = readAccess(place.access);
  if (theirs === null || (theirs.allTeams && own.allTeams)) return own.allTeams ? 'moved' : 'left';
  if (!own.takesOver) return 'left';
  if (own.access !== null && isSameAsterisk(own.access, theirs)) return 'served';
  return own.allTeams ? 'moved' : 'left';
}

function isSameAsterisk(one: PlaceAccess, other: PlaceAccess): boolean {
  const addresses = ({ network, nodes }: PlaceAccess) =>
    JSON.stringify([network, nodes.map(({ name, ariUrl }) => `${name} ${ariUrl}`).toSorted()]);
  return addresses(one) === addresses(other);
}

function isLocal(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

/** Of this machine, or of this container. */
function ownNetwork(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    return hostname();
  }
}
