import type { Numbers } from '../core/kernel/number/numbers.ts';
import type { HttpLogger } from '../http/http-app.ts';
import { DataFolderUnusable } from '../store/data-folder.ts';
import { Secrets, UnreadableSecret } from '../store/secrets.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Config } from './config/config.ts';
import { demoSecret, knownDemoSecret } from './demo/demo-secret.ts';
import { StartError, codeOf } from './start-error.ts';
import { tables, type Repositories } from './tables.ts';

/**
 * The server's own secret: the one that is set, or a demo's.
 * @throws StartError with a sentence for the operator
 */
export async function secretOf({ secret, dataFolder }: Config): Promise<string> {
  if (secret !== null) return secret;
  try {
    return await demoSecret(dataFolder);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    if (cause instanceof DataFolderUnusable) throw unusable(dataFolder, cause);
    throw new StartError(
      `The demo's secret cannot be kept in TELEBAR_DATA ${dataFolder} (${codeOf(cause)}).`,
      {
        cause,
      },
    );
  }
}

/** @throws StartError with a sentence for the operator */
export async function openDatabase(
  config: Config,
  { secret, numbers, logger }: { secret: string; numbers: Numbers; logger: HttpLogger },
): Promise<Store<Repositories>> {
  const { dataFolder, databaseUrl, demo } = config;
  const earlier = [config.previousSecret, demo ? await knownDemoSecret(dataFolder) : null];
  const secrets = new Secrets(
    secret,
    earlier.filter((each) => each !== null),
  );
  try {
    return await openStore({ dataFolder, databaseUrl, secrets, numbers, logger }, tables);
  } catch (cause) {
    if (cause instanceof DataFolderUnusable) throw unusable(dataFolder, cause);
    if (cause instanceof UnreadableSecret) {
      throw new StartError(
        'The secrets in the database were encrypted with another TELEBAR_SECRET: start with that one, or set TELEBAR_PREVIOUS_SECRET to it as well to change over to the new one. A demo’s database has another secret, too, and is not for real use: set TELEBAR_DATA (or TELEBAR_DATABASE_URL) to a new one.',
        { cause },
      );
    }
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    const message =
      databaseUrl === null
        ? `The database cannot be opened in TELEBAR_DATA ${dataFolder}: ${why}`
        : `The database of TELEBAR_DATABASE_URL cannot be opened (${why}): is it running, and are name and password right?`;
    throw new StartError(message, { cause });
  }
}

function unusable(dataFolder: string, cause: DataFolderUnusable): StartError {
  return new StartError(`TELEBAR_DATA ${dataFolder} cannot be used: ${cause.message}`, { cause });
}
