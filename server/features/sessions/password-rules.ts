import { DomainError } from '../../core/kernel/domain-error.ts';

/**
 * What guessers try first, without the digits and marks that people put around (NIST SP 800-63B §5.1.1.2). Nothing is asked for but length and not
 * to be one of these: rules about kinds of characters make passwords that people write down.
 */
const COMMON: ReadonlySet<string> = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd qwerty qwertyui qwertyuiop qwerty123456 asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm
  1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc q1w2e3r4 q1w2e3r4t5 abcdefg abcdefgh a1b2c3d4 abc123 iloveyou woaini woaini1314 5201314
  letmein welcome welcomeback changeme administrator admin adminadmin administrators superuser root rootroot default secret
  test testtest guest computer internet telephone telecom callcenter callcentre football baseball basketball sunshine princess
  monkey dragon master shadow superman batman michael jennifer trustno1 starwars whatever freedom mustang corvette
  a aa aaa ab abc abcd qwe qwer asd asdf zxc zxcv qaz wsx 11223344 1122334455 12344321 147258369 13145200 52013140
  samsung google facebook microsoft company service support customer zhongguo china beijing shanghai aini1314 caonima`
    .split(/\s+/)
    .filter(Boolean),
);

/**
 * Whether a password may be set for this person; its length is the contract's.
 * @param path what the request calls it
 * @throws invalid-request, naming the field
 */
export function checkPasswordRules(
  password: string,
  of: {
    readonly username?: string | undefined;
    readonly number?: string | undefined;
    readonly name?: string | undefined;
  },
  path = 'password',
): void {
  const refuse = (message: string) => tooEasy(path, message);
  const plain = password.normalize('NFKC').toLowerCase();
  const word = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const own = [of.username, of.number, of.name].map((each) => each?.normalize('NFKC').toLowerCase());
  if (COMMON.has(plain) || COMMON.has(word))
    refuse('Is among those that are guessed first: take several words');
  if (own.includes(plain) || own.includes(word)) refuse('Is the name or number of the agent');
  if (isRun(plain) || isRepeated(plain))
    refuse('Is one character, or a row of the keyboard: take several words');
}

/** `123123123`, `abcdabcd`: little, again and again. */
function isRepeated(text: string): boolean {
  return /^(.{1,4})\1+$/u.test(text);
}

/** `aaaaaaaa`, `12345678`, `1234567890`, `87654321`, `abcdefgh`. */
function isRun(text: string): boolean {
  // 0 stands behind 9, and before it.
  const row = text.replace(/^0(?=9)/, ':').replace(/(?<=9)0$/, ':');
  const codes = Array.from(row, (character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  const [step = 2] = steps;
  return steps.size === 1 && Math.abs(step) <= 1;
}

function tooEasy(path: string, message: string): never {
  throw new DomainError('invalid-request', 'The password is too easy to guess.', {
    errors: [{ path, message }],
  });
}
