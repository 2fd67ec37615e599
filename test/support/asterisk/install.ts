/** `npm run asterisk:install`: unpacks Asterisk 22 of Debian's forky suite into a cache folder of the project. */
import { existsSync } from 'node:fs';
import { readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DebianTree } from '../debian-tree.ts';

export const asteriskTree = new DebianTree({
  name: 'asterisk',
  variable: 'TELEBAR_ASTERISK_DIR',
  mark: 'telebar-asterisk-1',
  packages: ['asterisk'],
  proof: 'usr/sbin/asterisk',
  libraryFolders: ['pulseaudio'],
  finish: linkSounds,
});

/** Asterisk looks for sounds of the language `en`; Debian names the voice. */
async function linkSounds(tree: string): Promise<void> {
  const sounds = join(tree, 'usr/share/asterisk/sounds');
  const link = join(sounds, 'en');
  const there = await readlink(link).catch(() => null);
  if (there === null && existsSync(join(sounds, 'en_US_f_Allison')) && !existsSync(link)) {
    await symlink('en_US_f_Allison', link);
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    const before = await asteriskTree.isInstalled();
    await asteriskTree.install((line) => console.log(line));
    console.log(`Asterisk ${before ? 'is already' : 'is now'} in ${asteriskTree.folder}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
